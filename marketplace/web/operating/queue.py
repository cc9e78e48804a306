"""The operator's queue of reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.text import Language
from marketplace.operating import reports
from marketplace.operating.letters import OUTCOMES
from marketplace.operating.models import Report, ReportedKind, ReportOutcome
from marketplace.operating.moderating import NAMES
from marketplace.operating.reports import ReportView
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.operating.acting import TEMPLATES, WRITTEN
from marketplace.web.operating.place import START, pages
from marketplace.web.reports import REASONS, subject_address

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

PLACE = f"{START}/reports"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report."""

    address: str
    kind: str
    title: str
    subject: str
    act: str
    """Where the operator acts on it."""
    reason: str
    text: str
    reporter: str
    municipality: str
    sent_at: datetime
    outcome: str
    note: str
    settled_by: str
    settled_at: datetime | None


@pages.get(PLACE)
def list_reports() -> ResponseReturnValue:
    """List what waits, and what was dealt with."""
    ctx, spoken = context(), language()
    return render_template(
        "operating/reports.html",
        waiting=[_row(view, spoken) for view in reports.list_open_reports(ctx)],
        settled=[_row(view, spoken) for view in reports.list_settled_reports(ctx)],
    )


@pages.get(f"{PLACE}/<report_id>")
def show_report(report_id: str) -> ResponseReturnValue:
    """Show one, and ask what was done about it."""
    return _render(report_id, filled(outcome=ReportOutcome.NOTHING.value))


@pages.post(f"{PLACE}/<report_id>/settle")
def settle(report_id: str) -> ResponseReturnValue:
    """Note what was done about it, or show why that can't be."""
    data = {name: request.form.get(name, "") for name in ("outcome", "note")}
    with attempt() as tried:
        reports.settle_report(context(), report_id, data)
        return redirect(PLACE, 303)
    form = refused(tried.error, request.form)
    return _render(report_id, form), form.status


def _render(report_id: str, form: FormState) -> str:
    row = _row(reports.get_report(context(), report_id), language())
    outcomes = [(outcome.value, label.in_language(language())) for outcome, label in OUTCOMES.items()]
    return render_template("operating/report.html", row=row, form=form, outcomes=outcomes)


def _act_address(report: Report) -> str:
    if report.kind is ReportedKind.TEMPLATE:
        return f"{TEMPLATES}/{report.publisher_code}/{report.slug}"
    return f"{WRITTEN}/{report.kind.value}/{report.subject_id}"


def _row(view: ReportView, spoken: Language) -> ReportRow:
    report = view.report
    return ReportRow(
        address=f"{PLACE}/{report.id}",
        kind=NAMES[report.kind].in_language(spoken),
        title=report.title,
        subject=subject_address(report.kind, report.subject_id, report.publisher_code, report.slug, report.wanted_id),
        act=_act_address(report),
        reason=REASONS[report.reason].in_language(spoken),
        text=report.text,
        reporter=view.reporter.name,
        municipality=view.municipality or "－",
        sent_at=report.created_at,
        outcome=OUTCOMES[report.outcome].in_language(spoken) if report.outcome else "",
        note=report.note,
        settled_by=report.settled_by or "",
        settled_at=report.settled_at,
    )
