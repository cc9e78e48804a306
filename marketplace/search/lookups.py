"""Asks the index, and remembers the long answers: words that many entries hold are those that most queries have."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from sqlalchemy import Connection

from marketplace.search.index import Lookup, Numbers, backend_of

LONG = 1_000
"""Entries that fit a lookup whose answer is worth remembering."""
MOST_BYTES = 2**25

Bits = NDArray[np.uint8]


class Answers:
    """The long answers of one process, one bit for each entry; true as long as no entry gets other texts."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._bits: LRUCache[Lookup, Bits] = LRUCache(MOST_BYTES, getsizeof=lambda bits: bits.nbytes)

    def get(self, lookup: Lookup) -> Numbers | None:
        """Return the numbers of the entries that fit a lookup, if they are remembered."""
        with self._lock:
            bits = self._bits.get(lookup)
        return None if bits is None else np.flatnonzero(np.unpackbits(bits)).astype(np.int32)

    def keep(self, lookup: Lookup, numbers: Numbers) -> None:
        """Remember an answer if it is long."""
        if len(numbers) >= LONG:
            mask = np.zeros(int(numbers.max()) + 1, dtype=bool)
            mask[numbers] = True
            bits = np.packbits(mask)
            with self._lock:
                self._bits[lookup] = bits


def look_up(connection: Connection, answers: Answers, lookups: Sequence[Lookup]) -> list[Numbers]:
    """Return, for each lookup, the numbers of the entries that fit it; one statement for what is not remembered."""
    known = {lookup: answers.get(lookup) for lookup in dict.fromkeys(lookups)}
    asked = [lookup for lookup, numbers in known.items() if numbers is None]
    found = dict(zip(asked, backend_of(connection.dialect.name).numbers(connection, asked), strict=True))
    for lookup, numbers in found.items():
        answers.keep(lookup, numbers)
    return [found[lookup] if numbers is None else numbers for lookup in lookups for numbers in (known[lookup],)]
