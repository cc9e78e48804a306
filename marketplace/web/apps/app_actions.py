"""The actions of an app: buttons that begin a record of another app with values of this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import Field, Form, live_form
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.policy import require_app_right
from marketplace.sandbox.records import reading
from marketplace.sandbox.rights.holders import Holder
from marketplace.sandbox.settings.live_settings import LiveApp, read_live_app
from marketplace.sandbox.settings.store import read_part
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.entry import Entry, EntryRow, Typed, entry_of_record, is_filled_in, tidy
from marketplace.web.apps.visit import Visit, app_address, gone_is_not_found

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AppAction:
    """One button: its words and the form it opens."""

    name: str
    address: str


def actions_of(here: Visit, record_id: int) -> list[AppAction]:
    """Return the actions open to the caller on a record, in the order of the settings."""
    return [
        AppAction(name, _address(here, action, record_id))
        for name, action in _ordered(here)
        if _is_open(here, action, record_id)
    ]


def _address(here: Visit, action: Document, record_id: int) -> str:
    asked = {"action": action["id"], "app": here.live.app.app_id, "record": record_id}
    return f"{app_address(here.workspace.id, action['destApp']['app'])}new?{urlencode(asked)}"


def _ordered(here: Visit) -> list[tuple[str, Document]]:
    actions = read_part(here.ctx.session, here.live.app, Stage.LIVE, Part.ACTIONS).get("actions") or {}
    return sorted(actions.items(), key=lambda item: int(item[1].get("index", 0)))


def _is_open(here: Visit, action: Document, record_id: int) -> bool:
    """Tell whether the action is for the caller, the record meets its condition, and the other app takes records."""
    if not any(_applies(each, here) for each in action.get("entities") or ()):
        return False
    session, caller = here.ctx.session, here.caller
    try:
        other = read_live_app(session, caller, int(action["destApp"]["app"]))
        require_app_right(session, caller, other.app, "add")
        return _meets(here, action, record_id)
    except PlatformError:
        return False


def _meets(here: Visit, action: Document, record_id: int) -> bool:
    condition = str(action.get("filterCond") or "")
    if not condition:
        return True
    query = f"({condition}) and $id = {record_id} limit 1"
    found = reading.list_records(
        here.ctx.session, here.caller, here.live.app, query=query, fields=("$id",), now=here.ctx.now()
    )
    return bool(found.records)


def _applies(entity: Document, here: Visit) -> bool:
    return Holder(str(entity.get("type")), str(entity.get("code") or "")).holds(here.caller)


def entry_of_action(desk: Desk, entry: Entry, given: Mapping[str, str]) -> Entry:
    """Return the entry with what an action of another app copies. Raises NotFoundError if it isn't open."""
    source = _source(desk, _number(given.get("app", "")))
    record_id = _number(given.get("record", ""))
    action = next((each for _, each in _ordered(source) if each["id"] == given.get("action")), None)
    if action is None or int(action["destApp"]["app"]) != desk.here.live.app.app_id:
        raise NotFoundError
    with gone_is_not_found():
        record = reading.get_record(source.ctx.session, source.caller, source.live.app, record_id)
    if not _is_open(source, action, record_id):
        raise NotFoundError
    form = live_form(source.ctx.session, source.live.app)
    url = f"{request.host_url.rstrip('/')}{source.address}show?record={record_id}"
    return _copy(desk.form, entry, action["mappings"], _Source(form, entry_of_record(form, record), record, url))


def _source(desk: Desk, app_id: int) -> Visit:
    here = desk.here
    with gone_is_not_found():
        live: LiveApp = read_live_app(here.ctx.session, here.caller, app_id)
        require_app_right(here.ctx.session, here.caller, live.app, "view")
    return Visit(here.ctx, here.workspace, here.caller, live)


@dataclass(frozen=True, slots=True)
class _Source:
    """The record that an action copies from."""

    form: Form
    entry: Entry
    record: Document
    address: str


def _copy(form: Form, entry: Entry, mappings: list[Document], source: _Source) -> Entry:
    values, rows = dict(entry.values), dict(entry.rows)
    for mapping in mappings:
        target = form.find(str(mapping["destField"]))
        if target is None or not is_filled_in(form, target):
            continue  # what a lookup copies comes with its key
        if target.table is None:
            values[target.code] = tidy(target, list(_texts(source, mapping)))
        else:
            rows[target.table] = tuple(_merged_rows(rows.get(target.table, ()), target, source, mapping))
    return Entry(values, rows)


def _texts(source: _Source, mapping: Document) -> Typed:
    if mapping.get("srcType") == "RECORD_URL":
        return (source.address,)
    code = str(mapping.get("srcField"))
    if code in source.entry.values:
        field = source.form.fields[code]
        return () if field.type.value == "FILE" else source.entry.values[code]
    return _held(source.record.get(code))


def _merged_rows(rows: tuple[EntryRow, ...], target: Field, source: _Source, mapping: Document) -> Iterator[EntryRow]:
    """Yield the rows of a table with one column copied, row by row."""
    field = source.form.find(str(mapping.get("srcField")))
    cells = [] if field is None or field.table is None else source.record[field.table]["value"]
    for position in range(max(len(rows), len(cells))):
        values = dict(rows[position].values) if position < len(rows) else {}
        if position < len(cells) and field is not None:
            values[target.code] = tidy(target, list(_held(cells[position]["value"].get(field.code))))
        yield EntryRow("", values)


def _held(cell: Document | None) -> Typed:
    """Return the texts of a cell in REST shape: computed values, numbers of records, people."""
    value = (cell or {}).get("value")
    if not value:
        return ()
    members = value if isinstance(value, list) else [value]
    return tuple(str(each.get("code", "")) if isinstance(each, dict) else str(each) for each in members)


def _number(text: str) -> int:
    return int(text[:10]) if text.isascii() and text.isdigit() else 0
