"""The list of municipalities as a page."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from marketplace.catalog.facets import SIZES
from marketplace.community.directory import Aspect, Directory, DirectoryEntry, DirectoryFilter, Sharing
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.prefectures import PREFECTURES
from marketplace.web.catalog_cards import publisher_name
from marketplace.web.listing import Facet, ListState, Option, applied, read_state, show_facet

PATH = "/municipalities"
FACETS: tuple[tuple[Aspect, Text], ...] = (
    (Aspect.SHARING, Text("テンプレート", "Templates")),
    (Aspect.PREFECTURE, Text("都道府県", "Prefecture")),
    (Aspect.SIZE_CLASS, Text("人口規模", "Size")),
)
ORDERS = {Aspect.PREFECTURE: PREFECTURES}
ASPECTS = tuple(aspect.value for aspect in Aspect)


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """One municipality in the list."""

    name: str
    kana: str
    address: str
    size: str | None
    template_count: int
    use_count: int


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """Everything the list page shows."""

    state: ListState
    total: int
    rows: tuple[MunicipalityRow, ...]
    facets: tuple[Facet, ...]
    applied: tuple[Option, ...]
    first_address: str | None
    next_address: str | None


def municipality_address(code: str) -> str:
    """Return the address of a municipality's page."""
    return f"{PATH}/{code}"


def size_name(size_class: str | None, language: Language) -> str | None:
    """Return the words for a size class."""
    return SIZES[size_class].in_language(language) if size_class in SIZES else None


def read_filter(given: MultiDict[str, str]) -> DirectoryFilter:
    """Return the filter that an address asks for; values that mean nothing are passed over."""
    state = read_state(PATH, given, ASPECTS)
    return DirectoryFilter(
        q=state.q,
        sharing=tuple(Sharing(value) for value in state.chosen.get("sharing", ()) if value in set(Sharing)),
        prefecture=state.chosen.get("prefecture", ()),
        size_class=state.chosen.get("size_class", ()),
        cursor=given.get("cursor") or None,
    )


def show_directory(found: Directory, given: MultiDict[str, str], language: Language) -> DirectoryPage:
    """Return the page of a list."""
    state = read_state(PATH, given, ASPECTS)
    facets = tuple(
        show_facet(
            aspect.value,
            label.in_language(language),
            found.facets[aspect.value],
            state=state,
            total=found.total,
            language=language,
            order=ORDERS.get(aspect, ()),
        )
        for aspect, label in FACETS
    )
    following = found.page.next_cursor
    return DirectoryPage(
        state=state,
        total=found.total,
        rows=tuple(_row(entry, language) for entry in found.page.items),
        facets=facets,
        applied=applied(state, facets),
        first_address=state.address() if given.get("cursor") else None,
        next_address=state.address(cursor=following) if following else None,
    )


def _row(entry: DirectoryEntry, language: Language) -> MunicipalityRow:
    municipality = entry.municipality
    return MunicipalityRow(
        name=publisher_name(municipality),
        kana=municipality.kana,
        address=municipality_address(municipality.code),
        size=size_name(municipality.size_class, language),
        template_count=entry.template_count,
        use_count=entry.use_count,
    )
