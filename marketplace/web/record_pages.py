"""The pages of an app's records as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketplace.kernel.text import Language
from marketplace.sandbox.records.reading import Records
from marketplace.sandbox.settings.live_settings import LiveApp
from marketplace.web.app_sheets import State, plain_text, states_of
from marketplace.web.listing import Option
from marketplace.web.record_lists import EVERYTHING, LAST_OFFSET, ROWS, RecordList, list_address, lists_of
from marketplace.web.record_sheets import Block, Cell, Column, Grid, lay_out, list_cells, list_columns

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record laid out by the form."""

    workspace_id: str
    workspace_name: str
    app_name: str
    list_address: str
    record_id: int
    states: tuple[State, ...]
    status: str | None
    assignees: tuple[str, ...]
    blocks: tuple[Block, ...]


def app_address(workspace_id: str, app_id: int | str) -> str:
    """Return the address of an app's records."""
    return f"/w/{workspace_id}/k/{app_id}/"


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


def show_record(
    workspace: Workspace, live: LiveApp, record: Document, related: dict[str, Grid], language: Language
) -> RecordPage:
    """Return one record laid out by the form."""
    held = {str(field.get("type")): field.get("value") for field in record.values()}
    assignees = held.get("STATUS_ASSIGNEE") or []
    return RecordPage(
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        app_name=live.name,
        list_address=app_address(workspace.id, live.app.app_id),
        record_id=int(record["$id"]["value"]),
        states=tuple(states_of(live.process)),
        status=held.get("STATUS"),
        assignees=tuple(str(each.get("name") or each.get("code", "")) for each in assignees),
        blocks=tuple(lay_out(live.layout, live.properties, record, related, language)),
    )
