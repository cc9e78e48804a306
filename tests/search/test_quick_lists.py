"""Lists that are filtered and counted by bits, and read off what stands first, are those of the plain way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.kernel.context import Context
from marketplace.search import ranking, value_pairs
from marketplace.search.columns import Columns
from marketplace.search.finding import Found, Question, find_among
from marketplace.search.ranking import FIGURES, Order, Weighing
from marketplace.search.selections import Selection, pack
from marketplace.search.services import Kind
from marketplace.search.value_pairs import ValuePairs

DIMENSIONS = ("single", "several")
VALUES = tuple(f"v{number}" for number in range(5))
MERITS = ("use", "doubt")


@dataclass(frozen=True)
class Entry:
    """What the columns know of one entry."""

    is_template: bool
    values: dict[str, list[str]]
    figures: dict[str, int]


ENTRIES = st.lists(
    st.builds(
        Entry,
        is_template=st.sampled_from([True, True, True, False]),
        values=st.fixed_dictionaries(
            {
                "single": st.lists(st.sampled_from(VALUES), max_size=1),
                "several": st.lists(st.sampled_from(VALUES), max_size=3, unique=True),
            }
        ),
        figures=st.fixed_dictionaries({name: st.integers(-2, 2) for name in (*FIGURES.values(), *MERITS)}),
    ),
    max_size=200,
)
CHOSEN = st.dictionaries(
    st.sampled_from(DIMENSIONS), st.lists(st.sampled_from((*VALUES, "nowhere")), min_size=1, max_size=3), max_size=2
)


def columns_of(entries: list[Entry]) -> Columns:
    """Return the columns of these entries in their order."""
    numbers = range(len(entries))
    pairs = {
        name: [(number, VALUES.index(value)) for number in numbers for value in entries[number].values[name]]
        for name in DIMENSIONS
    }
    return Columns(
        subjects=tuple(map(str, numbers)),
        kinds={Kind.TEMPLATE.value: np.array([each.is_template for each in entries], dtype=bool)},
        dimensions={
            name: ValuePairs.of(VALUES, *np.array(of_one, dtype=np.int32).reshape(-1, 2).T, len(entries))
            for name, of_one in pairs.items()
        },
        figures={
            name: np.array([each.figures[name] for each in entries], dtype=np.int64)
            for name in (*FIGURES.values(), *MERITS)
        },
    )


def plainly(entries: list[Entry], asked: Question) -> tuple[list[int], int, bool, dict[str, dict[str, int]]]:
    """Return the page, the total, whether there is more, and the counts, entry by entry."""

    def fits(entry: Entry, open_dimension: str = "") -> bool:
        return entry.is_template and all(
            set(entry.values[name]) & set(values) for name, values in asked.chosen.items() if name != open_dimension
        )

    def rank(number: int) -> int:
        figures = entries[number].figures
        name = FIGURES.get(asked.order)
        return figures[name] if name else sum(figures[merit] for merit in MERITS)

    fitting = sorted((-rank(number), number) for number, entry in enumerate(entries) if fits(entry))
    left = [(worse, number) for worse, number in fitting if asked.after is None or (worse, number) > _turned(asked)]
    counts = {
        name: dict(Counter(value for entry in entries if fits(entry, name) for value in entry.values[name]))
        for name in DIMENSIONS
    }
    return [number for _, number in left[: asked.limit]], len(fitting), len(left) > asked.limit, counts


def _turned(asked: Question) -> tuple[int, int]:
    assert asked.after is not None
    rank, number = asked.after
    return -rank, number


def told(found: Found) -> tuple[list[int], int, bool, dict[str, dict[str, int]]]:
    """Return the same of what was found."""
    numbers = [entry.number for entry in found.entries]
    return numbers, found.total, found.has_more, {name: dict(counted) for name, counted in found.counts.items()}


@pytest.fixture(params=["in rows", "in pairs"])
def _way_of_counting(request: pytest.FixtureRequest) -> Iterator[None]:
    """Count in rows of bits wherever there are some, or nowhere."""
    most, as_long = (value_pairs.MOST_ROWS, 10**6) if request.param == "in rows" else (0, 0)
    with (
        patch.multiple(value_pairs, MOST_ROWS=most, LOOKED_UP=as_long, LOOKED_UP_OF_SEVERAL=as_long, AT_ONCE=5),
        patch.object(ranking, "FIRST", 30),
    ):
        yield


@pytest.mark.usefixtures("_way_of_counting")
@pytest.mark.parametrize("kept_as", [None, "merits"])
def test_a_list_is_what_going_through_all_entries_finds(ctx: Context, kept_as: str | None) -> None:
    weighing = Weighing(lambda columns, numbers: {name: columns.figure(name, numbers) for name in MERITS}, kept_as)

    @settings(max_examples=60, deadline=None)
    @given(entries=ENTRIES, chosen=CHOSEN, order=st.sampled_from(Order), limit=st.integers(1, 20))
    def check(entries: list[Entry], chosen: dict[str, list[str]], order: Order, limit: int) -> None:
        columns, after = columns_of(entries), None
        for _page in range(3):
            asked = Question(Kind.TEMPLATE, "", chosen, order, limit, after)
            found = find_among(ctx, columns, asked, DIMENSIONS, weighing)
            assert told(found) == plainly(entries, asked)
            if not found.has_more:
                return
            after = found.entries[-1].rank, found.entries[-1].number

    check()


@given(st.lists(st.booleans(), max_size=200))
def test_a_selection_is_the_same_as_bits_and_as_numbers(held: list[bool]) -> None:
    mask = np.array(held, dtype=bool)
    selection = Selection(pack(mask), len(held))
    assert selection.mask.tolist() == held
    assert selection.count == sum(held) == len(selection.numbers)
    assert Selection.of(selection.numbers, len(held)).mask.tolist() == held
