"""The records of other apps that a record's page shows in its lists of related records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from marketplace.edge.context import language
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import Field, FieldType, Form, live_form
from marketplace.sandbox.policy import may, require_app_right
from marketplace.sandbox.records import reading
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.settings.live_settings import LiveApp, read_live_app
from marketplace.web.apps.entry import is_filled_in
from marketplace.web.apps.shown import Heading, ShownValue, heading, show_small
from marketplace.web.apps.visit import Visit, app_address

Document = dict[str, Any]
CHOICE_TYPES = {
    FieldType.DROP_DOWN, FieldType.RADIO_BUTTON, FieldType.CHECK_BOX, FieldType.MULTI_SELECT, FieldType.STATUS,
}  # fmt: skip
WITHOUT_CELLS = {FieldType.SUBTABLE, FieldType.GROUP, FieldType.REFERENCE_TABLE}
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """One related record: its number, its page, its cells."""

    number: str
    address: str
    cells: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class RelatedList:
    """A list of related records."""

    label: str
    headings: tuple[Heading, ...] = ()
    rows: tuple[RelatedRow, ...] = ()
    app_name: str = ""
    add_address: str | None = None
    """Where a record is added that belongs to this one."""
    is_unreadable: bool = False


def related_lists(here: Visit, record: Document) -> dict[str, RelatedList]:
    """Return each list of related records by the code of its field; one that can't be read says so."""
    lists = {}
    for code, settings in here.live.properties.items():
        if settings.get("type") != "REFERENCE_TABLE":
            continue
        label = str(settings.get("label") or code)
        try:
            lists[code] = _list(here, label, settings.get("referenceTable") or {}, record)
        except PlatformError:
            # The other app may have been deleted, its field renamed, or the caller may not see it.
            lists[code] = RelatedList(label, is_unreadable=True)
    return lists


def _list(here: Visit, label: str, table: Document, record: Document) -> RelatedList:
    session, caller, now = here.ctx.session, here.caller, here.ctx.now()
    other = read_live_app(session, caller, int(table["relatedApp"]["app"]))
    require_app_right(session, caller, other.app, "view")
    form = field_access(live_form(session, other.app), caller).form_seen
    found = (form.fields.get(str(code)) for code in table.get("displayFields") or ())
    columns = [each for each in found if each is not None and each.type not in WITHOUT_CELLS]
    value = (record.get(str(table["condition"]["field"])) or {}).get("value")
    records = []
    if value:
        query = related_query(table, form, str(value))
        records = reading.list_records(session, caller, other.app, query=query, now=now).records
    return RelatedList(
        label=label,
        headings=tuple(heading(each) for each in columns),
        rows=tuple(_row(here, other, columns, each) for each in records),
        app_name=other.name,
        add_address=_add_address(here, other, form, table, value),
    )


def _row(here: Visit, other: LiveApp, columns: list[Field], record: Document) -> RelatedRow:
    base = app_address(here.workspace.id, other.app.app_id)
    number = str(record["$id"]["value"])
    files = f"{base}file?record={number}"
    cells = tuple(show_small(each, (record.get(each.code) or {}).get("value"), files, language()) for each in columns)
    return RelatedRow(number, f"{base}show?record={number}", cells)


def _add_address(here: Visit, other: LiveApp, form: Form, table: Document, value: object) -> str | None:
    """Return where a record that belongs to this one is added; None where its field is not filled in by people."""
    field = form.fields.get(str(table["condition"]["relatedField"]))
    if field is None or not is_filled_in(form, field) or not isinstance(value, str) or not value:
        return None
    if not may(here.ctx.session, here.caller, other.app, "add"):
        return None
    asked = urlencode({"field": field.code, "value": value})
    return f"{app_address(here.workspace.id, other.app.app_id)}new?{asked}"


def related_query(table: Document, other: Form, value: str) -> str:
    """Return the query for the records that belong to a value, in kintone's language."""
    code = str(table["condition"]["relatedField"])
    field = other.fields.get(code)
    is_choice = field is not None and field.type in CHOICE_TYPES
    condition = f"{code} in ({quoted(value)})" if is_choice else f"{code} = {quoted(value)}"
    if table.get("filterCond"):
        condition = f"{condition} and ({table['filterCond']})"
    size = min(int(table.get("size") or MOST_ROWS), MOST_ROWS)
    return f"{condition} order by {table.get('sort') or '$id desc'} limit {size}"


def quoted(text: str) -> str:
    """Return a text as a query holds it; its language has no raw control characters."""
    plain = "".join(letter for letter in text if letter.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
