"""The lists of an installed app: which records they select, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.settings.live_settings import LiveApp
from marketplace.sandbox.settings.standard_fields import code_of_type
from marketplace.web.app_sheets import placed_codes
from marketplace.web.apps.sheets import WITHOUT_CELLS

DEFAULT_COLUMNS = 8
EVERYTHING = Text("すべて", "All")
OWN_TASKS = Text("（作業者が自分）", "(Assigned to me)")
NEWEST_FIRST = "$id desc"
UNSHOWN = {"GROUP", "REFERENCE_TABLE"}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordList:
    """One list: its name, what it selects and shows; `kind` is LIST, CALENDAR or CUSTOM."""

    name: str
    condition: str
    order: str
    columns: tuple[str, ...]
    kind: str = "LIST"
    date_code: str = ""
    title_code: str = ""
    html: str = ""

    def narrowed(self, further: Sequence[str], *, matches_any: bool = False) -> str:
        """Return the list's condition together with further ones, of which all or any must hold."""
        joined = (" or " if matches_any else " and ").join(f"({each})" for each in further)
        return " and ".join(f"({each})" for each in (self.condition, joined) if each.strip())


def lists_of(live: LiveApp, language: Language) -> list[RecordList]:
    """Return the app's lists in their order; a list of everything and the reader's own tasks come last."""
    ordered = sorted(live.views.items(), key=lambda item: int(item[1].get("index", 0)))
    lists = [_list(name, view, live) for name, view in ordered]
    lists.append(RecordList(EVERYTHING.in_language(language), "", NEWEST_FIRST, default_columns(live)))
    if live.process.get("enable") and not any(view.get("builtinType") == "ASSIGNEE" for view in live.views.values()):
        lists += _own_tasks(live, language)
    return lists


def _own_tasks(live: LiveApp, language: Language) -> list[RecordList]:
    """Return the list that kintone shows by itself where process management is on."""
    assignee = code_of_type(live.properties, "STATUS_ASSIGNEE")
    if not assignee:
        return []
    condition = f"{assignee} in (LOGINUSER())"
    return [RecordList(OWN_TASKS.in_language(language), condition, NEWEST_FIRST, default_columns(live))]


def choose_list(lists: Sequence[RecordList], wanted: str) -> RecordList:
    """Return the list an address names, else the first."""
    return next((each for each in lists if each.name == wanted), lists[0])


def list_of_everything(lists: Sequence[RecordList], language: Language) -> RecordList | None:
    """Return the list that leaves nothing out, unless one of the app's own has taken its name."""
    found = choose_list(lists, EVERYTHING.in_language(language))
    return found if found.kind == "LIST" and not found.condition.strip() else None


def _list(name: str, view: Document, live: LiveApp) -> RecordList:
    columns = [code for code in view.get("fields") or () if _is_shown(live.properties, code)]
    return RecordList(
        name,
        str(view.get("filterCond") or ""),
        str(view.get("sort") or NEWEST_FIRST),
        tuple(columns) or default_columns(live),
        kind=str(view.get("type") or "LIST"),
        date_code=str(view.get("date") or ""),
        title_code=str(view.get("title") or ""),
        html=str(view.get("html") or ""),
    )


def _is_shown(properties: Mapping[str, Document], code: str) -> bool:
    return code in properties and properties[code].get("type") not in UNSHOWN


WITH_EVERY_RECORD = ("RECORD_NUMBER", "CREATOR", "CREATED_TIME")


def default_columns(live: LiveApp) -> tuple[str, ...]:
    """Return the first fields of the form, as columns of a list that names none; a status comes second.

    A form without fields of its own shows what every record has.
    """
    status = [code_of_type(live.properties, "STATUS")] if live.process.get("enable") else []
    codes = [code for code in placed_codes(live.layout) if _fits(live.properties, code)]
    codes = codes or [code_of_type(live.properties, kind) for kind in WITH_EVERY_RECORD]
    first = codes[: DEFAULT_COLUMNS - len(status)]
    return (*first[:1], *(code for code in status if code), *first[1:])


def _fits(properties: Mapping[str, Document], code: str) -> bool:
    return code in properties and properties[code].get("type") not in WITHOUT_CELLS
