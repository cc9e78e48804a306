"""What people report to the operator, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, literal, null, select

from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_operator, require_self
from marketplace.audit import services as audit
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import Template
from marketplace.community.models import Review, Story
from marketplace.community.wanted.models import WantedAnswer, WantedApp
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.operating.errors import (
    ReportedNotFoundError,
    ReportLimitError,
    ReportNotFoundError,
    ReportSettledError,
)
from marketplace.operating.inputs import ReportInput, SettlementInput
from marketplace.operating.letters import tell_of_settlement
from marketplace.operating.models import Report, ReportedKind

MOST_A_DAY = 20
DAY = timedelta(days=1)
MOST_OPEN, MOST_SETTLED = 100, 50


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reported; a review stands on the page of its template, an answer on that of the wanted app."""

    kind: ReportedKind
    id: str
    title: str
    publisher_code: str
    slug: str
    wanted_id: str | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with those who sent it."""

    report: Report
    reporter: Person
    municipality: str | None


def get_subject(ctx: Context, kind: str, subject_id: str) -> Subject:
    """Return what somebody is about to report. Raises UnauthenticatedError or ReportedNotFoundError."""
    require_self(ctx.actor)
    if kind not in set(ReportedKind) or not is_plain(subject_id):
        raise ReportedNotFoundError
    row = ctx.session.execute(_find(ReportedKind(kind), subject_id)).one_or_none()
    if row is None:
        raise ReportedNotFoundError
    return Subject(ReportedKind(kind), subject_id, *row)


def send_report(ctx: Context, kind: str, subject_id: str, data: Mapping[str, object]) -> Report:
    """Tell the operator of something; the municipality concerned does not learn who did.

    Raises UnauthenticatedError, ReportedNotFoundError, ReportLimitError or ValidationError.
    """
    subject = get_subject(ctx, kind, subject_id)
    person_id = require_self(ctx.actor)
    given: dict[str, Any] = ReportInput().load(dict(data))
    _require_room(ctx, person_id)
    report = Report(
        kind=subject.kind,
        subject_id=subject.id,
        title=subject.title,
        publisher_code=subject.publisher_code,
        slug=subject.slug,
        wanted_id=subject.wanted_id,
        reason=given["reason"],
        text=given["text"],
        reported_by=person_id,
        municipality_code=ctx.actor.municipality_code,
        created_at=ctx.now(),
        note="",
    )
    ctx.session.add(report)
    ctx.session.flush()  # The log refers to the id.
    about = f"{subject.kind.value}:{subject.id}"
    audit.record(ctx, "report.sent", f"report:{report.id}", about=about, reason=report.reason.value)
    return report


def list_open_reports(ctx: Context) -> list[ReportView]:
    """Return what nobody has dealt with yet, what waits longest first."""
    require_operator(ctx.actor)
    waiting = _views().where(Report.settled_at.is_(None)).order_by(Report.created_at, Report.id)
    return [_view(*row) for row in ctx.session.execute(waiting.limit(MOST_OPEN))]


def list_settled_reports(ctx: Context) -> list[ReportView]:
    """Return what was dealt with, the latest first."""
    require_operator(ctx.actor)
    settled = _views().where(Report.settled_at.is_not(None)).order_by(Report.settled_at.desc(), Report.id)
    return [_view(*row) for row in ctx.session.execute(settled.limit(MOST_SETTLED))]


def count_open_reports(ctx: Context) -> int:
    """Return how many wait."""
    require_operator(ctx.actor)
    return ctx.session.scalar(select(func.count()).select_from(Report).where(Report.settled_at.is_(None))) or 0


def get_report(ctx: Context, report_id: str) -> ReportView:
    """Return one report. Raises ReportNotFoundError."""
    require_operator(ctx.actor)
    row = ctx.session.execute(_views().where(Report.id == report_id)).one_or_none() if is_plain(report_id) else None
    if row is None:
        raise ReportNotFoundError
    return _view(*row)


def settle_report(ctx: Context, report_id: str, data: Mapping[str, object]) -> None:
    """Note what the operator did about a report, and write it to who sent it.

    Raises ReportNotFoundError, ReportSettledError or ValidationError.
    """
    view = get_report(ctx, report_id)
    report = view.report
    given: dict[str, Any] = SettlementInput().load(dict(data))
    ctx.session.refresh(report, with_for_update=True)  # Two may deal with it at once.
    if report.settled_at is not None:
        raise ReportSettledError
    report.outcome, report.note = given["outcome"], given["note"]
    report.settled_by, report.settled_at = ctx.actor.name, ctx.now()
    ctx.session.flush()
    facts = {"outcome": given["outcome"].value, "note": given["note"]}
    audit.record(ctx, "report.settled", f"report:{report.id}", **facts)
    tell_of_settlement(ctx, report, view.reporter)


def _require_room(ctx: Context, person_id: str) -> None:
    sent = select(func.count(), func.min(Report.created_at))
    recent = sent.where(Report.reported_by == person_id, Report.created_at > ctx.now() - DAY)
    count, oldest = ctx.session.execute(recent).one()
    if count >= MOST_A_DAY:
        pause = (oldest + DAY - ctx.now()).total_seconds()
        raise ReportLimitError(most=MOST_A_DAY, retry_after=max(1, round(pause)))


def _find(kind: ReportedKind, subject_id: str) -> Select[str, str, str, str | None]:
    """Return the query of the title, the publisher, the slug and the wanted app of what is reported and shown."""
    place = (Template.publisher_code, Template.slug, null())
    match kind:
        case ReportedKind.TEMPLATE:
            return select(Template.name_ja, *place).where(Template.id == subject_id)
        case ReportedKind.REVIEW:
            of = select(Template.name_ja, *place).join(Review, Review.template_id == Template.id)
            return of.where(Review.id == subject_id, Review.hidden_at.is_(None))
        case ReportedKind.STORY:
            of = select(Story.title, *place).join(Template, Template.id == Story.template_id)
            return of.where(Story.id == subject_id, Story.hidden_at.is_(None))
        case ReportedKind.WANTED_APP:
            of = select(WantedApp.title, WantedApp.municipality_code, literal(""), WantedApp.id)
            return of.where(WantedApp.id == subject_id, WantedApp.hidden_at.is_(None))
        case ReportedKind.WANTED_ANSWER:
            of = select(WantedApp.title, WantedAnswer.municipality_code, literal(""), WantedApp.id)
            of = of.join(WantedAnswer, WantedAnswer.wanted_id == WantedApp.id)
            return of.where(WantedAnswer.id == subject_id, WantedAnswer.hidden_at.is_(None))


def _views() -> Select[Report, Person, Municipality]:
    return (
        select(Report, Person, Municipality)
        .join(Person, Person.id == Report.reported_by)
        .outerjoin(Municipality, Municipality.code == Report.municipality_code)
    )


def _view(report: Report, reporter: Person, municipality: Municipality | None) -> ReportView:
    return ReportView(report, reporter, municipality.full_name if municipality else None)
