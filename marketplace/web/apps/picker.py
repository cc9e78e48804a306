"""The picker of a form: records of another app for a lookup, or users, organisations and groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marketplace.edge.context import language
from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import BUILT_IN_TYPES, Field, FieldType, Form, Lookup, live_form
from marketplace.sandbox.policy import require_app_right
from marketplace.sandbox.principals import KIND_OF_TYPE, search_principals
from marketplace.sandbox.records import reading
from marketplace.sandbox.records.numbers import read_number
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.settings.live_settings import LiveApp, read_live_app
from marketplace.web.apps.controls import PEOPLE_WORDS
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.entry import Entry, Spot, spots_of
from marketplace.web.apps.form_page import FormState, carried
from marketplace.web.apps.related import quoted
from marketplace.web.apps.shown import Heading, ShownValue, heading, show_small

ROWS = 20
LAST_OFFSET = 10_000
PEOPLE = 100
COLUMNS = 6
LONGEST_SEARCH = 100
WITHOUT_CELLS = {FieldType.SUBTABLE, FieldType.GROUP, FieldType.REFERENCE_TABLE, FieldType.CATEGORY}
TEXT_TYPES = {FieldType.SINGLE_LINE_TEXT, FieldType.LINK, FieldType.MULTI_LINE_TEXT, FieldType.RICH_TEXT}
CHOICE_TYPES = {FieldType.DROP_DOWN, FieldType.RADIO_BUTTON, FieldType.CHECK_BOX, FieldType.MULTI_SELECT}
NUMBER_TYPES = {FieldType.NUMBER, FieldType.CALC, FieldType.RECORD_NUMBER}
NOTHING = "$id = 0"
CHOOSE_RECORD = Text("「{app}」から選ぶ", "Choose from “{app}”")


@dataclass(frozen=True, slots=True)
class PickerRow:
    """One record or person to choose; one without a key can't be chosen."""

    key: str
    name: str
    cells: tuple[ShownValue, ...] = ()
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class PickerPage:
    """What one may choose from, and the form waiting behind it."""

    workspace_id: str
    workspace_name: str
    app_name: str
    list_address: str
    heading: str
    address: str
    name: str
    """The control that waits for the choice."""
    hidden: tuple[tuple[str, str], ...]
    """Everything in the form, carried along."""
    search: str
    headings: tuple[Heading, ...]
    rows: tuple[PickerRow, ...]
    takes_several: bool
    refusal: str = ""
    offset: int = 0
    next_offset: int | None = None


def show_picker(desk: Desk, entry: Entry, state: FormState, spot: Spot, search: str, offset: int) -> PickerPage:
    """Return the picker of a control."""
    page = PickerPage(
        workspace_id=desk.here.workspace.id,
        workspace_name=desk.here.workspace.name,
        app_name=desk.here.live.name,
        list_address=desk.here.address,
        heading="",
        address=desk.address,
        name=spot.name,
        hidden=(*carried(desk, entry, state), *_typed(desk, entry)),
        search=search[:LONGEST_SEARCH],
        headings=(),
        rows=(),
        takes_several=spot.field.lookup is None,
        offset=offset,
    )
    if spot.field.lookup is None:
        return _people(desk, page, spot.field, entry.at(spot))
    return _records(desk, page, spot.field, spot.field.lookup)


def _typed(desk: Desk, entry: Entry) -> list[tuple[str, str]]:
    """Return everything in the controls, as a form would send it."""
    found = [(spot.name, text) for spot in spots_of(desk.form, entry) for text in entry.at(spot)]
    for code, rows in entry.rows.items():
        number = desk.form.fields[code].id
        found += [(f"f{number}-{position}-id", row.id) for position, row in enumerate(rows)]
    return found


def _people(desk: Desk, page: PickerPage, field: Field, chosen: Sequence[str]) -> PickerPage:
    session, site_id = desk.here.ctx.session, desk.form.site_id
    found = search_principals(session, site_id, KIND_OF_TYPE[field.type], page.search.strip(), PEOPLE)
    first = {str(each.get("code")) for each in field.settings.get("entities") or ()}
    ordered = sorted(found, key=lambda each: each[0] not in first)
    return replace(
        page,
        heading=PEOPLE_WORDS[field.type].in_language(language()),
        rows=tuple(PickerRow(code, name, is_chosen=code in chosen) for code, name in ordered),
    )


def _records(desk: Desk, page: PickerPage, field: Field, lookup: Lookup) -> PickerPage:
    """List the records of the other app; one that can't be read says so instead."""
    session, caller, now = desk.here.ctx.session, desk.here.caller, desk.here.ctx.now()
    try:
        other = read_live_app(session, caller, lookup.app_id)
        require_app_right(session, caller, other.app, "view")
        form = field_access(live_form(session, other.app), caller).form_seen
        columns = picker_columns(form, field, lookup)
        query = picker_query(field, columns, page.search, page.offset)
        records = reading.list_records(session, caller, other.app, query=query, now=now).records
    except PlatformError as error:
        return replace(page, heading=field.label, refusal=error.says(language()))
    return _with_records(page, other, columns, records, lookup)


def _with_records(
    page: PickerPage, other: LiveApp, columns: list[Field], records: list[dict[str, dict[str, object]]], lookup: Lookup
) -> PickerPage:
    def cells(record: dict[str, dict[str, object]]) -> tuple[ShownValue, ...]:
        return tuple(show_small(each, (record.get(each.code) or {}).get("value"), "", language()) for each in columns)

    rows = []
    for record in records[:ROWS]:
        key = str((record.get(lookup.key_code) or {}).get("value") or "")
        rows.append(PickerRow(key, key, cells(record)))
    following = page.offset + ROWS
    return replace(
        page,
        heading=CHOOSE_RECORD.in_language(language(), app=other.name),
        headings=tuple(heading(each) for each in columns),
        rows=tuple(rows),
        next_offset=following if len(records) > ROWS and following <= LAST_OFFSET else None,
    )


def picker_columns(form: Form, field: Field, lookup: Lookup) -> list[Field]:
    """Return the columns to choose by, the key among them: those of the setting, else the first fields."""
    wanted = [str(code) for code in field.settings["lookup"].get("lookupPickerFields") or ()]
    if not wanted:
        wanted = [each.code for each in form.fields.values() if each.type not in BUILT_IN_TYPES][:COLUMNS]
    if lookup.key_code not in wanted:
        wanted.insert(0, lookup.key_code)
    found = (form.fields.get(code) for code in wanted)
    return [each for each in found if each is not None and each.type not in WITHOUT_CELLS]


def picker_query(field: Field, columns: Sequence[Field], search: str, offset: int) -> str:
    """Return the query of one page of a picker: the lookup's own condition and order, and the words searched for."""
    settings = field.settings["lookup"]
    conditions = [f"({settings['filterCond']})"] if settings.get("filterCond") else []
    conditions += [f"({_search(columns, word)})" for word in search.split()[:3]]
    order = settings.get("sort") or "$id desc"
    return f"{' and '.join(conditions)} order by {order} limit {ROWS + 1} offset {offset}".strip()


def _search(columns: Sequence[Field], word: str) -> str:
    parts = []
    for each in columns:
        if each.type in TEXT_TYPES:
            parts.append(f"{each.code} like {quoted(word)}")
        elif each.type in NUMBER_TYPES and read_number(word) is not None:
            parts.append(f"{each.code} = {quoted(word)}")
        elif each.type in CHOICE_TYPES and (options := [label for label in each.options if word in label]):
            parts.append(f"{each.code} in ({', '.join(map(quoted, options))})")
    return " or ".join(parts) or NOTHING
