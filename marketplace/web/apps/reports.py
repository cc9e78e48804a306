"""The graphs of an app: each as a chart and as a table of the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request

from marketplace.edge.context import language
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Language
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.reports.aggregating import Aggregated, Reader, aggregate
from marketplace.sandbox.reports.reading import Report, list_reports
from marketplace.web.apps.index import explain
from marketplace.web.apps.list_page import Around, around
from marketplace.web.apps.report_charts import Drawn, draw_report
from marketplace.web.apps.report_tables import ReportTable, cross_table, flat_table
from marketplace.web.apps.report_words import ReportWords
from marketplace.web.apps.visit import Visit, gone_is_not_found, pages, visit
from marketplace.web.listing import Option

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

AT_ONCE = 8
"""How many graphs a page draws: each reads all records."""
TABLES = {"TABLE", "PIVOT_TABLE"}


@dataclass(frozen=True, slots=True)
class ReportCard:
    """One graph on the page."""

    id: str
    name: str
    address: str
    is_table: bool
    drawn: Drawn
    table: ReportTable | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """Some of the graphs of an app, and the way to the others."""

    around: Around
    name: str | None
    """The name of the graph, if the page shows a single one."""
    cards: tuple[ReportCard, ...]
    names: tuple[Option, ...]
    previous_address: str | None
    next_address: str | None


@pages.get("/w/<workspace_id>/k/<int:app_id>/reports")
def show_reports(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show the graphs of an app, or the one that is asked for."""
    here = visit(workspace_id, app_id)
    reports = list_reports(here.ctx.session, here.live.app)
    wanted = request.args.get("report")
    chosen = [each for each in reports if each.id == wanted]
    if wanted is not None and not chosen:
        raise NotFoundError
    start = _start(request.args.get("from"), len(reports))
    shown = chosen or reports[start : start + AT_ONCE]
    page = ReportsPage(
        around=around(here),
        name=chosen[0].name if chosen else None,
        cards=tuple(draw_reports(here, shown, language())),
        names=tuple(Option(each.name, _address(here, each), chosen=each in chosen) for each in reports),
        previous_address=f"{here.address}reports?from={max(0, start - AT_ONCE)}" if start and not chosen else None,
        next_address=_next_address(here, start, len(reports)) if not chosen else None,
    )
    return render_template("apps/reports.html", page=page)


def _start(given: str | None, count: int) -> int:
    if given is None or not given.isascii() or not given.isdigit():
        return 0
    start = int(given[:6])
    return start if start < count else 0


def _next_address(here: Visit, start: int, count: int) -> str | None:
    following = start + AT_ONCE
    return f"{here.address}reports?from={following}" if following < count else None


def _address(here: Visit, report: Report) -> str:
    return f"{here.address}reports?report={report.id}"


def draw_reports(here: Visit, reports: list[Report], spoken: Language) -> list[ReportCard]:
    """Return reports over the records that the visitor sees."""
    session, app = here.ctx.session, here.live.app
    fiscal_month = int(here.live.settings.get("firstMonthOfFiscalYear") or 1)
    reader = Reader(session, here.caller, app, live_form(session, app), fiscal_month, here.ctx.now())
    return [_card(here, reader, each, spoken) for each in reports]


def _card(here: Visit, reader: Reader, report: Report, spoken: Language) -> ReportCard:
    drawn, table, fault = Drawn(None), None, None
    try:
        with gone_is_not_found():
            found = aggregate(reader, report)
    except PlatformError as error:
        fault = explain(error, spoken)
    else:
        words = ReportWords(found, spoken)
        drawn, table = draw_report(found, words), _table(found, words)
    is_table = report.chart_type in TABLES
    return ReportCard(report.id, report.name, _address(here, report), is_table, drawn, table, fault)


def _table(found: Aggregated, words: ReportWords) -> ReportTable:
    return flat_table(found, words) if found.report.chart_type == "TABLE" else cross_table(found, words)
