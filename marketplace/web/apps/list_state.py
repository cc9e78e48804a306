"""What the address of a list says: which list, filtered and sorted how, which page of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from marketplace.web.apps.filtering import LONGEST_VALUE, MOST_COMPARISONS, MOST_VALUES, Comparison

SIZES = (20, 50, 100)
DEFAULT_SIZE = 50
LAST_OFFSET = 10_000
"""kintone reads no further than this by offset."""
LONGEST_SEARCH = 200
LONGEST_CODE = 128
UNTYPED = {"Cc", "Cs"}
"""Kinds of letters nobody types: controls, and halves of letters."""
Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ListState:
    """The state of a list page; all of it stands in the address, so that it can be kept and sent on."""

    view: str = ""
    search: str = ""
    comparisons: tuple[Comparison, ...] = ()
    matches_any: bool = False
    """One comparison is enough; otherwise all must hold."""
    sort: str = ""
    descending: bool = False
    size: int = DEFAULT_SIZE
    offset: int = 0
    month: str = ""
    adding: str = ""
    """The field of which a further comparison is being written."""

    @property
    def narrows(self) -> bool:
        """Tell whether the reader looks for less than the whole list."""
        return bool(self.search or self.comparisons)

    def parameters(self) -> Parameters:
        """Return the names and values of the address."""
        return list(_parameters(self))

    def address(self, base: str) -> str:
        """Return the address of this state."""
        parameters = self.parameters()
        return f"{base}?{urlencode(parameters)}" if parameters else base

    def at_start(self, **changes: object) -> ListState:
        """Return a changed state on its first page, with no comparison half written."""
        return replace(self, **{"offset": 0, "adding": "", **changes})  # type: ignore[arg-type]  # names of fields

    def without(self, position: int) -> ListState:
        """Return the state with one comparison taken away."""
        rest = tuple(each for index, each in enumerate(self.comparisons) if index != position)
        return self.at_start(comparisons=rest)

    def everything(self) -> ListState:
        """Return the state of the whole list."""
        return self.at_start(comparisons=(), search="", matches_any=False)


def _parameters(state: ListState) -> Iterator[tuple[str, str]]:
    texts = [("view", state.view), ("q", state.search)]
    texts += [pair for position, each in enumerate(state.comparisons, start=1) for pair in _triple(position, each)]
    texts += [("join", "any" if state.matches_any else ""), ("sort", state.sort)]
    texts += [("dir", "desc" if state.sort and state.descending else "")]
    texts += [("size", str(state.size) if state.size != DEFAULT_SIZE else "")]
    texts += [("offset", str(state.offset) if state.offset else ""), ("month", state.month), ("add", state.adding)]
    # A comparison may have an empty value: the option "not filled in".
    return ((name, text) for name, text in texts if text or (name[0] == "v" and name != "view"))


def _triple(position: int, each: Comparison) -> list[tuple[str, str]]:
    values = [(f"v{position}", value) for value in each.values]
    return [(f"f{position}", each.code), (f"o{position}", each.operator), *values]


def read_state(given: MultiDict[str, str]) -> ListState:
    """Return the state an address names; what means nothing is passed over."""
    size = _number(given.get("size"))
    return ListState(
        view=_text(given.get("view"), LONGEST_CODE),
        search=_text(given.get("q"), LONGEST_SEARCH),
        comparisons=tuple(_comparisons(given)),
        matches_any=given.get("join") == "any",
        sort=_text(given.get("sort"), LONGEST_CODE),
        descending=given.get("dir") == "desc",
        size=size if size in SIZES else DEFAULT_SIZE,
        offset=min(_number(given.get("offset")), LAST_OFFSET),
        month=_text(given.get("month"), len("2026-04")),
        adding=_text(given.get("add"), LONGEST_CODE),
    )


def _comparisons(given: MultiDict[str, str]) -> Iterator[Comparison]:
    for position in range(1, MOST_COMPARISONS + 1):
        code = _text(given.get(f"f{position}"), LONGEST_CODE)
        if code:
            values = [_text(value, LONGEST_VALUE) for value in given.getlist(f"v{position}")]
            operator = _text(given.get(f"o{position}"), LONGEST_CODE)
            yield Comparison(code, operator, tuple(dict.fromkeys(values))[:MOST_VALUES])


def _text(given: str | None, longest: int) -> str:
    text = (given or "").strip()[:longest]
    return "" if any(unicodedata.category(letter) in UNTYPED for letter in text) else text


def _number(given: str | None) -> int:
    if given is None or not given.isascii() or not given.isdigit():
        return 0
    return int(given[:6])
