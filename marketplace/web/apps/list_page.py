"""The page of a list: what is shown, and the address of every choice the reader has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Language
from marketplace.sandbox.records.reading import Records
from marketplace.web.app_sheets import plain_text
from marketplace.web.apps.abilities import may
from marketplace.web.apps.calendar_view import Calendar
from marketplace.web.apps.custom_view import clean_html
from marketplace.web.apps.filter_form import AddForm, Chip, add_form, filter_chips
from marketplace.web.apps.filtering import FilterField, ReadComparison
from marketplace.web.apps.list_cells import ListCell, ListColumn, list_cells, list_columns
from marketplace.web.apps.list_state import LAST_OFFSET, SIZES, ListState, Parameters
from marketplace.web.apps.lists import RecordList, list_of_everything
from marketplace.web.apps.visit import Visit
from marketplace.web.dates import day_text, local_day
from marketplace.web.listing import Option

FEW_LISTS = 4
TITLE_AMONG = 3
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; following its address puts the list in its order."""

    label: str
    is_number: bool
    address: str | None
    sorted_as: str | None
    """What aria-sort says: ascending or descending; None for another column."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record in a list; the cell at `title` names it, if it holds a text."""

    id: int
    address: str
    cells: tuple[ListCell, ...]
    title: int


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a list: where it is, and what else one can do there."""

    workspace_id: str
    workspace_name: str
    app_name: str
    description: str
    base: str
    may: frozenset[str]
    """What the caller may do with the app beside seeing it: add, import, export, manage."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is shown, and the way to the others."""

    total: int
    first: int
    last: int
    first_address: str | None
    previous_address: str | None
    next_address: str | None
    sizes: tuple[Option, ...]
    is_cut: bool
    """Tells that there are records beyond what can be paged to."""


@dataclass(frozen=True, slots=True)
class RecordListPage:
    """One page of one list of an app."""

    around: Around
    has_reports: bool
    lists: tuple[Option, ...]
    lists_in_menu: bool
    name: str
    day: str
    """Today, for those who print the list."""
    search: str
    kept: Parameters
    """What a new search keeps of the address."""
    narrows: bool
    chips: tuple[Chip, ...]
    joins: tuple[Option, ...]
    whole_address: str
    wider_address: str | None
    """The same search over all records, where the list itself leaves some out."""
    adding: AddForm
    fault: str | None
    """Why nothing can be shown."""
    paging: Paging
    headings: tuple[Heading, ...]
    rows: tuple[RecordRow, ...]
    calendar: Calendar | None
    html: Markup | None
    export_address: str


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of a list, read against the app."""

    here: Visit
    state: ListState
    lists: Sequence[RecordList]
    chosen: RecordList
    fields: dict[str, FilterField]
    comparisons: Sequence[ReadComparison]
    people: Sequence[tuple[str, str]]
    language: Language

    @property
    def base(self) -> str:
        """The address of the app's records."""
        return self.here.address


def show_list(
    asked: Request, found: Records, calendar: Calendar | None, fault: str | None, *, has_reports: bool
) -> RecordListPage:
    """Return one page of a list."""
    state, base, chosen = asked.state, asked.base, asked.chosen
    columns = list_columns(asked.here.live.properties, chosen.columns)
    return RecordListPage(
        around=around(asked.here),
        has_reports=has_reports,
        lists=tuple(_list_options(asked)),
        lists_in_menu=len(asked.lists) > FEW_LISTS,
        name=chosen.name,
        day=day_text(local_day(asked.here.ctx.now()), asked.language),
        search=state.search,
        kept=[pair for pair in state.at_start(search="").parameters() if pair[0] != "q"],
        narrows=state.narrows,
        chips=filter_chips(asked.comparisons, state, base, asked.language),
        joins=tuple(_joins(state, base, asked.language)),
        whole_address=state.everything().address(base),
        wider_address=_wider_address(asked),
        adding=add_form(state, asked.fields, asked.people, base, asked.language),
        fault=fault,
        paging=_paging(state, base, found),
        headings=tuple(_heading(column, asked) for column in columns),
        rows=tuple(_row(record, columns, asked) for record in found.records),
        calendar=calendar,
        html=clean_html(chosen.html) if chosen.kind == "CUSTOM" and chosen.html.strip() else None,
        export_address=state.at_start().address(f"{base}export"),
    )


def _wider_address(asked: Request) -> str | None:
    everything = list_of_everything(asked.lists, asked.language)
    leaves_out = asked.chosen.condition.strip() or asked.chosen.kind == "CALENDAR"
    if everything is None or not leaves_out or not asked.state.narrows:
        return None
    return asked.state.at_start(view=everything.name, sort="", descending=False, month="").address(asked.base)


def around(here: Visit) -> Around:
    """Return what stands around every page of an app's records."""
    live = here.live
    allowed = {each for each in ("add", "import", "export") if may(here, each)}
    if here.ctx.actor.may(Permission.WORKSPACES_MANAGE, here.workspace.municipality_code):
        allowed.add("manage")
    return Around(
        here.workspace.id,
        here.workspace.name,
        live.name,
        plain_text(live.description),
        here.address,
        frozenset(allowed),
    )


def _list_options(asked: Request) -> list[Option]:
    return [
        Option(each.name, ListState(view=each.name).address(asked.base), chosen=each is asked.chosen)
        for each in asked.lists
    ]


def _joins(state: ListState, base: str, language: Language) -> list[Option]:
    words = ("すべてに合う", "どれかに合う") if language is Language.JA else ("All must match", "Any may match")
    return [
        Option(word, state.at_start(matches_any=any_).address(base), chosen=state.matches_any is any_)
        for word, any_ in zip(words, (False, True), strict=True)
    ]


def _paging(state: ListState, base: str, found: Records) -> Paging:
    total = found.total_count or 0
    following = state.offset + state.size
    previous = max(0, state.offset - state.size)
    return Paging(
        total=total,
        first=state.offset + 1,
        last=state.offset + len(found.records),
        first_address=state.at_start().address(base) if previous else None,
        previous_address=state.at_start(offset=previous).address(base) if state.offset else None,
        next_address=state.at_start(offset=following).address(base) if following < min(total, LAST_OFFSET) else None,
        sizes=tuple(
            Option(str(size), state.at_start(size=size).address(base), chosen=size == state.size) for size in SIZES
        ),
        is_cut=following >= LAST_OFFSET and total > following,
    )


def _heading(column: ListColumn, asked: Request) -> Heading:
    state = asked.state
    code, descending = (state.sort, state.descending) if state.sort else _first_order(asked.chosen.order)
    is_key = code == column.code
    address = None
    if column.is_sortable:
        turned = state.at_start(sort=column.code, descending=is_key and not descending)
        address = turned.address(asked.base)
    sorted_as = ("descending" if descending else "ascending") if is_key and column.is_sortable else None
    return Heading(column.label, column.is_number, address, sorted_as)


def _first_order(order: str) -> tuple[str, bool]:
    """Return the field that a list is sorted by above all, and whether downwards."""
    words = order.partition(",")[0].split()
    return (words[0] if words else "", len(words) > 1 and words[1].lower() == "desc")


def _row(record: Document, columns: Sequence[ListColumn], asked: Request) -> RecordRow:
    number = int(record["$id"]["value"])
    cells = list_cells(record, columns, asked.base, asked.language)
    return RecordRow(number, f"{asked.base}show?record={number}", tuple(cells), _title_column(columns, asked))


def _title_column(columns: Sequence[ListColumn], asked: Request) -> int:
    """Return which cell names the record: its title if that stands near the front, else the first that is a text.

    A year, an amount or a choice is the same in many records.
    """
    title = str((asked.here.live.settings.get("titleField") or {}).get("code") or "")
    near = list(columns[:TITLE_AMONG])
    named = [number for number, column in enumerate(near) if column.code == title]
    texts = [number for number, column in enumerate(near) if column.kind == "SINGLE_LINE_TEXT"]
    return [*named, *texts, 0][0]
