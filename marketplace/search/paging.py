"""Where a list of what was found goes on, as a cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from marketplace.kernel.pages import CursorInvalidError, read_cursor, write_cursor
from marketplace.search.finding import Found

LARGEST_KEY = 2**53
"""Whole numbers in a cursor stay within what JSON and both databases hold exactly."""
WHOLE = 1_000_000
"""A word's weight has six decimal places."""
FURTHEST_AHEAD = timedelta(days=1)
"""How late the day of a cursor may begin: just after midnight, a machine that is behind still has the day before."""
_WEIGHTS = re.compile(r"^(?:[1-9][0-9]{0,8} ?){0,8}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a page begins, and by what the first page was sorted, so that nothing is read twice or passed over."""

    first_asked: datetime
    """To the day, the shortest time that a rank knows: the same list has the same cursors all day."""
    after: tuple[int, int] | None = None
    """The rank and number of the last entry of the page before."""
    weights: tuple[float, ...] = ()
    """What the words counted for."""


def place_of(cursor: str | None, order: str, now: datetime) -> ListPlace:
    """Return where a list in this order goes on; without a cursor it begins now. Raises CursorInvalidError."""
    if cursor is None:
        return ListPlace(datetime.combine(now.astimezone(UTC), time.min, UTC))
    sort, rank, number, moment, weights = read_cursor(cursor, 5)
    if sort != order or not isinstance(weights, str):
        raise CursorInvalidError
    if not 0 <= _read_whole(moment) <= (now + FURTHEST_AHEAD).timestamp():
        raise CursorInvalidError
    first_asked = datetime.fromtimestamp(_read_whole(moment), UTC)
    return ListPlace(first_asked, (_read_whole(rank), _read_whole(number)), _read_weights(weights))


def cursor_after(found: Found, order: str, place: ListPlace) -> str | None:
    """Return the cursor of the page after this one; None at the end."""
    if not found.has_more:
        return None
    last = found.entries[-1]
    weights = " ".join(str(round(match.weight * WHOLE)) for match in found.words)
    return write_cursor((order, last.rank, last.number, int(place.first_asked.timestamp()), weights))


def _read_whole(part: object) -> int:
    if not isinstance(part, int) or abs(part) > LARGEST_KEY:
        raise CursorInvalidError
    return part


def _read_weights(weights: str) -> tuple[float, ...]:
    if not _WEIGHTS.match(weights):
        raise CursorInvalidError
    return tuple(int(weight) / WHOLE for weight in weights.split())
