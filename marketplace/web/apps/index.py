"""The records of an app, by one of its lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from marketplace.edge.context import language
from marketplace.kernel.text import Language
from marketplace.sandbox.records import reading
from marketplace.sandbox.records.reading import Records
from marketplace.sandbox.settings.live_settings import LiveApp
from marketplace.web.app_sheets import plain_text
from marketplace.web.apps.lists import (
    EVERYTHING,
    LAST_OFFSET,
    ROWS,
    RecordList,
    list_address,
    lists_of,
    read_offset,
)
from marketplace.web.apps.sheets import Cell, Column, list_cells, list_columns
from marketplace.web.apps.visit import app_address, gone_is_not_found, pages, visit
from marketplace.web.listing import Option

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.models import Workspace

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record in a list."""

    id: int
    address: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RecordListPage:
    """One page of one list of an app."""

    workspace_id: str
    workspace_name: str
    app_name: str
    description: str
    views: tuple[Option, ...]
    view_name: str
    total: int
    first: int
    last: int
    columns: tuple[Column, ...]
    rows: tuple[RecordRow, ...]
    first_address: str | None
    next_address: str | None


@pages.get("/w/<workspace_id>/k/<int:app_id>/")
def index(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """List the records of an app by one of its lists."""
    here = visit(workspace_id, app_id)
    chosen = choose_list(here.live, request.args.get("view"), language())
    offset = read_offset(request.args.get("offset"))
    with gone_is_not_found():
        found = reading.list_records(
            here.ctx.session,
            here.caller,
            here.live.app,
            query=chosen.query(offset),
            total_count=True,
            now=here.ctx.now(),
        )
    page = show_list(here.workspace, here.live, chosen, found, offset, language())
    return render_template("apps/list.html", page=page)


def choose_list(live: LiveApp, wanted: str | None, language: Language) -> RecordList:
    """Return the list an address names, else the app's first."""
    lists = lists_of(live, EVERYTHING.in_language(language))
    return next((each for each in lists if each.name == wanted), lists[0])


def show_list(
    workspace: Workspace, live: LiveApp, chosen: RecordList, found: Records, offset: int, language: Language
) -> RecordListPage:
    """Return one page of a list."""
    base = app_address(workspace.id, live.app.app_id)
    columns = list_columns(live.properties, list(chosen.columns))
    total = found.total_count or 0
    following = offset + ROWS
    return RecordListPage(
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        app_name=live.name,
        description=plain_text(live.description),
        views=tuple(
            Option(each.name, list_address(base, each.name), chosen=each.name == chosen.name)
            for each in lists_of(live, EVERYTHING.in_language(language))
        ),
        view_name=chosen.name,
        total=total,
        first=offset + 1,
        last=offset + len(found.records),
        columns=tuple(columns),
        rows=tuple(_row(base, record, columns, live, language) for record in found.records),
        first_address=list_address(base, chosen.name) if offset else None,
        next_address=list_address(base, chosen.name, following) if following < min(total, LAST_OFFSET) else None,
    )


def _row(base: str, record: Document, columns: list[Column], live: LiveApp, language: Language) -> RecordRow:
    number = int(record["$id"]["value"])
    return RecordRow(
        number, f"{base}show?record={number}", tuple(list_cells(record, columns, live.properties, language))
    )
