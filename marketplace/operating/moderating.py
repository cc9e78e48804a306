"""What the operator does about what others published: hides it and shows it again, or withdraws a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.policy import require_operator
from marketplace.audit.services import record_for_both
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.queries import get_version
from marketplace.catalog.services import mark_withdrawn
from marketplace.community import hiding
from marketplace.community.hiding import Hiding
from marketplace.community.models import Review, Story
from marketplace.community.wanted.models import WantedAnswer, WantedApp
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality
from marketplace.operating.errors import ThingNotFoundError
from marketplace.operating.inputs import read_reason
from marketplace.operating.letters import Told, tell_of_hiding, tell_of_withdrawal
from marketplace.operating.models import ReportedKind
from marketplace.publishing.inputs import WithdrawalInput

Written = Review | Story | WantedApp | WantedAnswer
NAMES: Mapping[ReportedKind, Text] = {
    ReportedKind.TEMPLATE: Text("テンプレート", "Template"),
    ReportedKind.REVIEW: Text("評価", "Review"),
    ReportedKind.STORY: Text("活用事例", "Story"),
    ReportedKind.WANTED_APP: Text("欲しいアプリ", "Wanted app"),
    ReportedKind.WANTED_ANSWER: Text("欲しいアプリへの回答", "Answer to a wanted app"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was written and can be hidden, as its own words tell it."""

    kind: ReportedKind
    id: str
    title: Text
    texts: tuple[str, ...]
    municipality_code: str
    municipality: str
    path: str
    """Where it stands."""
    written_by: str | None
    hidden_at: datetime | None
    hidden_reason: str | None


def get_thing(ctx: Context, kind: str, subject_id: str) -> Thing:
    """Return what may be hidden, also when it is. Raises ThingNotFoundError."""
    require_operator(ctx.actor)
    row = _find(ctx, kind, subject_id)
    owner = ctx.session.get_one(Municipality, row.municipality_code)
    title, texts, path = _tell(ctx, row)
    return Thing(
        kind=ReportedKind(kind),
        id=row.id,
        title=title,
        texts=tuple(text for text in texts if text),
        municipality_code=row.municipality_code,
        municipality=owner.full_name,
        path=path,
        written_by=row.written_by,
        hidden_at=row.hidden_at,
        hidden_reason=row.hidden_reason,
    )


def hide_thing(ctx: Context, kind: str, subject_id: str, data: Mapping[str, object]) -> None:
    """Hide something from everybody but those it is of, with a reason they read ({"reason"}).

    Raises ThingNotFoundError or ValidationError.
    """
    thing = get_thing(ctx, kind, subject_id)
    reason = read_reason(data)
    if _mark(ctx, _find(ctx, kind, subject_id), Hiding(reason)):
        _record(ctx, "hidden", thing, reason)
        told = Told(thing.title, thing.path, reason=reason, kind=NAMES[thing.kind])
        tell_of_hiding(ctx, thing.municipality_code, thing.written_by, told)


def show_thing(ctx: Context, kind: str, subject_id: str, data: Mapping[str, object]) -> None:
    """Show something again, with a reason for the logs. Raises ThingNotFoundError or ValidationError."""
    thing = get_thing(ctx, kind, subject_id)
    reason = read_reason(data)
    if _mark(ctx, _find(ctx, kind, subject_id), Hiding(None)):
        _record(ctx, "shown", thing, reason)


def withdraw_version_of(
    ctx: Context, publisher: str, slug: str, number: str, data: Mapping[str, object]
) -> TemplateVersion:
    """Withdraw a version of anybody, with a reason everybody reads; one that is withdrawn keeps its first reason.

    Raises TemplateNotFoundError, VersionNotFoundError or ValidationError.
    """
    require_operator(ctx.actor)
    reason = WithdrawalInput().load(dict(data))["reason"]
    version = get_version(ctx, publisher, slug, number)
    if mark_withdrawn(ctx, version, reason, by_operator=True):
        facts = {"slug": slug, "number": number, "reason": reason}
        record_for_both(ctx, "version.withdrawn", f"version:{version.id}", publisher, **facts)
        template = ctx.session.get_one(Template, version.template_id)
        title = Text(template.name_ja, template.name_en)
        told = Told(title, f"/templates/{publisher}/{slug}", number=number, reason=reason)
        tell_of_withdrawal(ctx, publisher, version.released_by, told)
    return version


def _find(ctx: Context, kind: str, subject_id: str) -> Written:
    found = _look_up(ctx, kind, subject_id) if is_plain(subject_id) else None
    if found is None:
        raise ThingNotFoundError
    return found


def _look_up(ctx: Context, kind: str, subject_id: str) -> Written | None:
    match kind:
        case ReportedKind.REVIEW.value:
            return ctx.session.get(Review, subject_id)
        case ReportedKind.STORY.value:
            return ctx.session.get(Story, subject_id)
        case ReportedKind.WANTED_APP.value:
            return ctx.session.get(WantedApp, subject_id)
        case ReportedKind.WANTED_ANSWER.value:
            return ctx.session.get(WantedAnswer, subject_id)
        case _:
            return None


def _mark(ctx: Context, row: Written, how: Hiding) -> bool:
    match row:
        case Review():
            return hiding.hide_review(ctx, row, how)
        case Story():
            return hiding.hide_story(ctx, row, how)
        case WantedApp():
            return hiding.hide_wanted(ctx, row, how)
        case WantedAnswer():
            return hiding.hide_answer(ctx, row, how)


def _tell(ctx: Context, row: Written) -> tuple[Text, tuple[str, ...], str]:
    """Return the title, the paragraphs and the page."""
    match row:
        case Story():
            return Text(row.title, row.title), (row.problem, row.solution, row.effect), f"/stories/{row.id}"
        case WantedApp():
            return Text(row.title, row.title), (row.text,), f"/wanted/{row.id}"
        case Review() | WantedAnswer():
            template = ctx.session.get_one(Template, row.template_id)
            title = Text(template.name_ja, template.name_en)
            of_template = f"/templates/{template.publisher_code}/{template.slug}#reviews"
            path = of_template if isinstance(row, Review) else f"/wanted/{row.wanted_id}#answers"
            return title, (row.text,), path


def _record(ctx: Context, act: str, thing: Thing, reason: str) -> None:
    kind, title = thing.kind.value, thing.title.ja
    record_for_both(ctx, f"{kind}.{act}", f"{kind}:{thing.id}", thing.municipality_code, title=title, reason=reason)
