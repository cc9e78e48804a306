"""Lists that are searched and filtered: what their address says, and what could be chosen next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from zlib import crc32

from werkzeug.datastructures import MultiDict

from marketplace.catalog.facets import FacetValue
from marketplace.kernel.text import Language

LONGEST_QUERY = 200
MOST_CHOSEN = 50
"""Values taken along one dimension."""
SHORT, FIRST = 12, 8
"""A dimension with more values than the one shows at first as many as the other, the commonest."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; following its address makes it, or takes it back."""

    name: str
    address: str
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a dimension, as a box to tick."""

    id: str
    """The same on every page of the list, so that whoever stands there goes on from there."""
    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices along one dimension: the commonest, and the rest of a long one."""

    id: str
    name: str
    first: tuple[Choice, ...]
    rest: tuple[Choice, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All of them."""
        return self.first + self.rest


@dataclass(frozen=True, slots=True)
class ListState:
    """What the address of a list says; a later state has another address."""

    path: str
    q: str
    sort: str
    chosen: Mapping[str, tuple[str, ...]]
    """The values by dimension, without dimensions that are open."""

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What a new search keeps, as name and value."""
        return tuple(self._pairs(self.chosen)) + ((("sort", self.sort),) if self.sort else ())

    def address(self, **changes: str) -> str:
        """Return the address of this state, from its first page, with other words, order or place."""
        said = {"q": self.q, "sort": self.sort, **changes}
        pairs = [*self._pairs({"q": (said.pop("q"),)}), *self._pairs(self.chosen)]
        pairs += self._pairs({name: (value,) for name, value in said.items()})
        return self.path + (f"?{urlencode(pairs)}" if pairs else "")

    def without(self, name: str, value: str) -> ListState:
        """Return the state without one choice."""
        left = tuple(each for each in self.chosen[name] if each != value)
        chosen = {**self.chosen, name: left}
        return ListState(self.path, self.q, self.sort, {each: values for each, values in chosen.items() if values})

    def unfiltered(self) -> ListState:
        """Return the state without any choice."""
        return ListState(self.path, self.q, self.sort, {})

    @staticmethod
    def _pairs(values: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
        return [(name, value) for name, of_name in values.items() for value in of_name if value]


def read_state(path: str, given: MultiDict[str, str], dimensions: Sequence[str]) -> ListState:
    """Return what an address says of a list; what can't be shown is left out."""
    chosen = {name: tuple(dict.fromkeys(_readable(given.getlist(name))))[:MOST_CHOSEN] for name in dimensions}
    q, sort = (next(iter(_readable([given.get(name, "")])), "") for name in ("q", "sort"))
    return ListState(path, q, sort, {name: values for name, values in chosen.items() if values})


def _readable(values: Iterable[str]) -> Iterable[str]:
    cut = (value.strip()[:LONGEST_QUERY] for value in values)
    return (value for value in cut if value and value.isprintable())


def show_facet(  # noqa: PLR0913 - all of it is what a facet is made of
    name: str,
    label: str,
    values: Sequence[FacetValue],
    *,
    state: ListState,
    total: int,
    language: Language,
    order: Sequence[str] = (),
) -> Facet:
    """Return the choices along a dimension; without any where each would leave everything.

    `order` is that of the rest of a long dimension, where it is not the commonest first.
    """
    chosen = state.chosen.get(name, ())
    choices = [_choice(name, value, value.label.in_language(language), value.value in chosen) for value in values]
    if not chosen and all(choice.count == total for choice in choices):
        return Facet(name, label, ())
    if len(choices) <= SHORT:
        return Facet(name, label, tuple(choices))
    commonest = {each.value for each in sorted(choices, key=lambda each: -each.count)[:FIRST]}
    first = [each for each in choices if each.value in commonest]
    rest = [each for each in choices if each.value not in commonest]
    places = {value: place for place, value in enumerate(order)}
    rest.sort(key=lambda each: places.get(each.value, len(places)))
    return Facet(name, label, tuple(first), tuple(rest))


def _choice(dimension: str, value: FacetValue, name: str, is_chosen: bool) -> Choice:  # noqa: FBT001 - part of the value
    return Choice(f"{dimension}-{crc32(value.value.encode()):08x}", value.value, name, value.count, is_chosen)


def applied(state: ListState, facets: Sequence[Facet]) -> tuple[Option, ...]:
    """Return what is chosen; following an address takes one back."""
    names = {(facet.id, choice.value): choice.name for facet in facets for choice in facet.choices}
    return tuple(
        Option(names.get((name, value), value), state.without(name, value).address())
        for name, values in state.chosen.items()
        for value in values
    )
