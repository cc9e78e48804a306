"""The lists of an installed app: which records they select, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from marketplace.kernel.text import Text
from marketplace.sandbox.settings.live_settings import LiveApp
from marketplace.web.app_sheets import placed_codes
from marketplace.web.apps.sheets import WITHOUT_CELLS

ROWS = 50
LAST_OFFSET = 10_000
"""kintone reads no further than this by offset."""
DEFAULT_COLUMNS = 8
EVERYTHING = Text("すべて", "All")
NEWEST_FIRST = "$id desc"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordList:
    """One list: its name, what it selects and shows."""

    name: str
    condition: str
    order: str
    columns: tuple[str, ...]

    def query(self, offset: int) -> str:
        """Return the query of one page of the list, in kintone's language."""
        return f"{self.condition} order by {self.order} limit {ROWS} offset {offset}".strip()


def lists_of(live: LiveApp, everything: str) -> list[RecordList]:
    """Return the app's lists in their order; one of everything comes last."""
    ordered = sorted(live.views.items(), key=lambda item: int(item[1].get("index", 0)))
    lists = [_list(name, view, live) for name, view in ordered]
    return [*lists, RecordList(everything, "", NEWEST_FIRST, default_columns(live))]


def _list(name: str, view: Document, live: LiveApp) -> RecordList:
    match view.get("type"):
        case "LIST":
            columns = tuple(view.get("fields") or ())
        case "CALENDAR":
            columns = tuple(code for code in (view.get("date"), view.get("title")) if code)
        case _:
            columns = ()
    return RecordList(
        name,
        str(view.get("filterCond") or ""),
        str(view.get("sort") or NEWEST_FIRST),
        columns or default_columns(live),
    )


def default_columns(live: LiveApp) -> tuple[str, ...]:
    """Return the first fields of the form, as columns of a list that names none."""
    codes = [code for code in placed_codes(live.layout) if _fits(live.properties, code)]
    return tuple(codes[:DEFAULT_COLUMNS])


def _fits(properties: Mapping[str, Document], code: str) -> bool:
    return code in properties and properties[code].get("type") not in WITHOUT_CELLS


def read_offset(given: str | None) -> int:
    """Return the offset an address asks for, within what lists can be read by."""
    if given is None or not given.isascii() or not given.isdigit():
        return 0
    return min(int(given[:6]), LAST_OFFSET)


def list_address(base: str, name: str, offset: int = 0) -> str:
    """Return the address of one page of a list."""
    parameters = {"view": name, **({"offset": str(offset)} if offset else {})}
    return f"{base}?{urlencode(parameters)}"
