"""The records of an app, by one of its lists."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request

from marketplace.edge.context import language
from marketplace.kernel.text import Language, Text
from marketplace.sandbox.errors import InvalidInputError, PlatformError
from marketplace.sandbox.principals import search_principals
from marketplace.sandbox.records import reading
from marketplace.sandbox.records.reading import Records
from marketplace.sandbox.reports.reading import list_reports
from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.web.app_sheets import states_of
from marketplace.web.apps.calendar_view import (
    MOST_RECORDS,
    Calendar,
    Sheet,
    lay_out_month,
    month_condition,
    read_month,
)
from marketplace.web.apps.filter_form import kind_of_people
from marketplace.web.apps.filtering import filter_fields, read_comparison
from marketplace.web.apps.list_cells import list_columns
from marketplace.web.apps.list_page import Request, show_list
from marketplace.web.apps.list_state import ListState, read_state
from marketplace.web.apps.lists import choose_list, lists_of
from marketplace.web.apps.visit import Visit, gone_is_not_found, pages, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MOST_PEOPLE = 200
NOTHING_READ = Records([], 0)
LIST_BROKEN = Text("この一覧を表示できません：{message}", "This list cannot be shown: {message}")


@pages.get("/w/<workspace_id>/k/<int:app_id>/")
def index(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """List the records of an app by one of its lists."""
    here = visit(workspace_id, app_id)
    asked = read_request(here, read_state(request.args), language())
    found, calendar, fault = NOTHING_READ, None, None
    is_wrong = any(each.fault for each in asked.comparisons)
    if not is_wrong:
        try:
            with gone_is_not_found():
                found, calendar = _read(asked)
        except PlatformError as error:
            fault = LIST_BROKEN.in_language(asked.language, message=explain(error, asked.language))
    has_reports = bool(list_reports(here.ctx.session, here.live.app))
    page = show_list(asked, found, calendar, fault, has_reports=has_reports)
    return render_template("apps/list.html", page=page), HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


def read_request(here: Visit, state: ListState, spoken: Language) -> Request:
    """Return what an address asks of a list, read against the app."""
    live = here.live
    fields = filter_fields(live.properties, [each.name for each in states_of(live.process)])
    lists = lists_of(live, spoken)
    return Request(
        here=here,
        state=state,
        lists=lists,
        chosen=choose_list(lists, state.view),
        fields=fields,
        comparisons=[read_comparison(each, fields, spoken) for each in state.comparisons],
        people=_people(here, fields.get(state.adding)),
        language=spoken,
    )


def _people(here: Visit, field: object) -> list[tuple[str, str]]:
    kind = kind_of_people(field)  # type: ignore[arg-type]
    if kind is None:
        return []
    return search_principals(here.ctx.session, here.workspace.id, kind, "", MOST_PEOPLE)


def _read(asked: Request) -> tuple[Records, Calendar | None]:
    if asked.chosen.kind == "CALENDAR" and asked.chosen.date_code in asked.here.live.properties:
        return _read_month(asked)
    state = asked.state
    return _list(asked, f"{whole_query(asked)} limit {state.size} offset {state.offset}"), None


def _read_month(asked: Request) -> tuple[Records, Calendar]:
    here, chosen = asked.here, asked.chosen
    month = read_month(asked.state.month, here.ctx.now())
    conditions = [month_condition(chosen, here.live.properties, month), whole_condition(asked)]
    condition = " and ".join(f"({each})" for each in conditions if each)
    query = f"{condition} order by {_order_of_days(asked)} limit {MOST_RECORDS}"
    found = _list(asked, query, fields=("$id", chosen.date_code, chosen.title_code))
    sheet = Sheet(here.live.properties, here.address, asked.state, here.ctx.now(), asked.language)
    is_cut = (found.total_count or 0) > len(found.records)
    return found, lay_out_month(sheet, chosen, month, found.records, is_cut=is_cut)


def _order_of_days(asked: Request) -> str:
    """Return the order of a calendar: by day, and within a day as the list says, or as records were added."""
    chosen = asked.chosen
    unsaid = {chosen.date_code, "$id", code_of_type(asked.here.live.properties, "RECORD_NUMBER")}
    keys = [key.split() for key in chosen.order.split(",")]
    within = [" ".join(key) for key in keys if key and key[0] not in unsaid]
    return ", ".join([f"{chosen.date_code} asc", *within, "$id asc"])


def _list(asked: Request, query: str, fields: Collection[str] = ()) -> Records:
    here = asked.here
    return reading.list_records(
        here.ctx.session,
        here.caller,
        here.live.app,
        query=query,
        search=asked.state.search,
        fields=fields,
        total_count=True,
        now=here.ctx.now(),
    )


def whole_query(asked: Request) -> str:
    """Return the query of everything a list shows, in its order, whatever the page."""
    return f"{whole_condition(asked)} order by {_order(asked)}"


def whole_condition(asked: Request) -> str:
    """Return the condition of a list together with the reader's filter."""
    conditions = [each.condition for each in asked.comparisons if each.condition]
    return asked.chosen.narrowed(conditions, matches_any=asked.state.matches_any)


def _order(asked: Request) -> str:
    """Return the order the reader chose among the columns, else the list's own."""
    state = asked.state
    columns = list_columns(asked.here.live.properties, asked.chosen.columns)
    if not any(column.code == state.sort and column.is_sortable for column in columns):
        return asked.chosen.order
    return f"{state.sort} {'desc' if state.descending else 'asc'}"


def explain(error: PlatformError, spoken: Language) -> str:
    """Return what the platform refused, with the details that an input error carries."""
    details = [text.in_language(spoken) for texts in error.errors.values() for text in texts]
    return " ".join(details) if isinstance(error, InvalidInputError) and details else error.says(spoken)
