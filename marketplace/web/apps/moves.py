"""What the buttons inside a form do without saving it: rows of tables, lookups, chosen people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from marketplace.edge.context import language
from marketplace.kernel.text import Text
from marketplace.sandbox.form import Field, FieldType
from marketplace.web.apps.desk import Desk
from marketplace.web.apps.entry import Entry, EntryRow, Spot, default_row, find_spot, is_filled_in
from marketplace.web.apps.form_page import FormState, Notice

FETCHED = Text("「{value}」の内容を取得しました。", "Copied the values of “{value}”.")
TOO_FAR = 100_000

Move = Callable[[Desk, Entry, FormState, str], tuple[Entry, FormState]]


def add_row(desk: Desk, entry: Entry, state: FormState, rest: str) -> tuple[Entry, FormState]:
    """Put a new row with its defaults below a row."""
    return _change_rows(desk, entry, state, rest, lambda table, _rows, at: (_defaults(desk, table), at + 1))


def copy_row(desk: Desk, entry: Entry, state: FormState, rest: str) -> tuple[Entry, FormState]:
    """Put a copy of a row below it, without its files."""

    def copy(table: Field, rows: Sequence[EntryRow], at: int) -> tuple[EntryRow, int]:
        files = {each.code for each in table.columns.values() if each.type is FieldType.FILE}
        source = rows[at] if 0 <= at < len(rows) else EntryRow()
        return EntryRow("", {code: typed for code, typed in source.values.items() if code not in files}), at + 1

    return _change_rows(desk, entry, state, rest, copy)


def delete_row(desk: Desk, entry: Entry, state: FormState, rest: str) -> tuple[Entry, FormState]:
    """Take a row away."""
    return _change_rows(desk, entry, state, rest, lambda _table, _rows, at: (None, at))


def _change_rows(
    desk: Desk,
    entry: Entry,
    state: FormState,
    rest: str,
    make: Callable[[Field, Sequence[EntryRow], int], tuple[EntryRow | None, int]],
) -> tuple[Entry, FormState]:
    table, at = _read_place(desk, rest)
    if table is None:
        return entry, state
    rows = list(entry.rows.get(table.code, ()))
    made, position = make(table, rows, at)
    order: list[int | None] = list(range(len(rows)))
    position = min(max(position, 0), len(rows))
    if made is not None:
        rows.insert(position, made)
        order.insert(position, None)
    elif position < len(rows):
        del rows[position], order[position]
    fetched = _moved(entry.fetched, table, order)
    changed = Entry(entry.values, {**entry.rows, table.code: tuple(rows)}, fetched)
    return changed, replace(state, focus=_first_control(desk, table, min(position, len(rows) - 1)))


def _read_place(desk: Desk, rest: str) -> tuple[Field | None, int]:
    number, _, position = rest.partition(":")
    table = next((each for each in desk.form.fields.values() if str(each.id) == number and each.columns), None)
    if table is None or not is_filled_in(desk.form, table):
        return None, 0
    at = int(position) if position.isascii() and position.isdigit() and len(position) < len(str(TOO_FAR)) else -1
    return table, at


def _moved(fetched: frozenset[str], table: Field, order: Sequence[int | None]) -> frozenset[str]:
    """Return the marks of lookups with the numbers that their rows have now."""
    prefix = f"f{table.id}-"
    moved = {name for name in fetched if not name.startswith(prefix)}
    for position, before in enumerate(order):
        old = f"{prefix}{before}-"
        moved |= {f"{prefix}{position}-{name.removeprefix(old)}" for name in fetched if name.startswith(old)}
    return frozenset(moved)


def _first_control(desk: Desk, table: Field, position: int) -> str:
    """Return the control to go on with; behind the last row that was deleted there is none."""
    placed: list[dict[str, object]] = next(
        (line.get("fields", []) for line in desk.here.live.layout if line.get("code") == table.code), []
    )
    columns = (table.columns.get(str(each.get("code"))) for each in placed)
    first = next((each for each in columns if each is not None and is_filled_in(desk.form, each)), None)
    return "" if first is None or position < 0 else Spot(first, table, position).name


def _defaults(desk: Desk, table: Field) -> EntryRow:
    row = default_row(desk.form, table, desk.birth)
    return desk.known_only(Entry({}, {table.code: (row,)})).rows[table.code][0]


def clear_lookup(desk: Desk, entry: Entry, state: FormState, name: str) -> tuple[Entry, FormState]:
    """Empty a lookup and what it filled."""
    spot = find_spot(desk.form, entry, name)
    if spot is None:
        return entry, state
    return entry.put(spot, ()).fetch(spot), replace(state, focus=name)


def choose(desk: Desk, entry: Entry, state: FormState, rest: str) -> tuple[Entry, FormState]:
    """Take the key that was chosen in a picker."""
    name, _, key = rest.partition(":")
    spot = find_spot(desk.form, entry, name)
    if spot is None or spot.field.lookup is None:
        return entry, state
    notice = Notice("success", FETCHED.in_language(language(), value=key))
    return entry.put(spot, (key,)).fetch(spot), replace(state, focus=name, notices=(notice,))


def stay(_desk: Desk, entry: Entry, state: FormState, name: str) -> tuple[Entry, FormState]:
    """Come back from a picker without having chosen."""
    return entry, replace(state, focus=name)


MOVES: dict[str, Move] = {
    "row-add": add_row,
    "row-copy": copy_row,
    "row-delete": delete_row,
    "clear": clear_lookup,
    "choose": choose,
    "back": stay,
}
