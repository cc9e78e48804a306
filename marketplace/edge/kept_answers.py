"""Finished answers in the memory of a process, within so many bytes: kept is what saves most work for its size."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import count
from operator import attrgetter
from threading import Lock
from typing import NamedTuple

from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from marketplace.edge.tally import Noted

OLDEST: Mapping[str, float] = {"api": 600.0}
"""Seconds, by face, after which an answer is made anew whatever the revision."""
OLDEST_ELSE = 60.0
"""Pages tell the month, and pictures have dates."""
MOST_OF_PATH = 500
"""Answers kept of one path: query strings that mean nothing must not drive out everything else."""
ONCE = 0.5
"""The share of these that may have been asked for once only."""
LARGEST_SHARE = 16
"""One answer may take up so small a part of what there is."""
OVERHEAD = 1_700
"""What an answer takes beside its content and address, measured: headers, dictionaries, the place in the order."""
LEAST_SECONDS = 0.0001
"""No answer is made for nothing."""
OF_ONE_ANSWER = frozenset({"ETag", "Content-Length", "Content-Disposition", "Repr-Digest", "X-Content-Digest", "Link"})
"""Headers that no two answers have alike."""
Header = tuple[str, str]
Headers = tuple[Header, ...]


class Asked(NamedTuple):
    """All that the answer to a stranger depends on."""

    place: str
    """Scheme, host and path."""
    query: str
    language: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer, as it is sent to everybody who asks the same."""

    revision: str
    """Of what is public, read before the answer was made."""
    made_at: float
    seconds: float
    """Of processor that it took to make."""
    etag: str
    headers: Headers
    unchanged: Headers
    """The headers of 304."""
    content: bytes
    route: str
    """The rule that led to it, and the face it is of: for the log and the figures."""
    face: str
    noted: Noted = field(default_factory=Noted)
    stored: str | None = None
    """The digest of the file that is its content, which the storage keeps already: it is read for each anew."""

    @property
    def old_at(self) -> float:
        """Return from when on it does not hold any more, whatever the revision."""
        return self.made_at + OLDEST.get(self.face, OLDEST_ELSE)

    def is_known_to(self, if_none_match: str) -> bool:
        """Tell whether a caller has it already."""
        if if_none_match == self.etag:
            return True
        return bool(if_none_match) and parse_etags(if_none_match).contains_weak(unquote_etag(self.etag)[0] or "")


def headers_to_keep(headers: list[Header]) -> Headers:
    """Return headers of an answer; those that many answers have are there once for all of them."""
    return tuple(each if each[0] in OF_ONE_ANSWER else _shared(*each) for each in headers)


def headers_unchanged(headers: Headers | list[Header]) -> list[Header]:
    """Return what of the headers of an answer is sent when the caller has its content already."""
    left = list(headers)
    remove_entity_headers(left)
    return left


@lru_cache(maxsize=500)
def _shared(name: str, value: str) -> Header:
    return name, value


@dataclass(slots=True, eq=False)
class _Entry:
    """An answer, and how much it would be missed."""

    asked: Asked
    answer: Answer | None = None
    """None of one that was dropped."""
    size: int = 0
    asks: int = 0
    asked_at: float = 0.0
    worth: float = 0.0

    def be_asked(self, age: float) -> None:
        """Count, without a lock: of two at once one may get lost."""
        answer = self.answer
        if answer is not None:
            self.asks += 1
            self.asked_at = time.monotonic()
            self.worth = age + self.asks * max(answer.seconds, LEAST_SECONDS) / self.size


def _least_of(of_path: list[_Entry]) -> _Entry:
    """Return what was asked for longest ago, of those asked for once as long as these are not few.

    So what nobody asks for twice drives out nothing else, and what is asked for now finds room beside what once was.
    """
    once = [each for each in of_path if each.asks == 1]
    return min(once if len(once) > ONCE * len(of_path) else of_path, key=attrgetter("asked_at"))


class KeptAnswers:
    """Answers by what was asked; safe to use from several threads.

    Where room is needed, what has grown old goes first, then what is worth least: GreedyDual-Size-Frequency
    (Cherkasova, 1998). An answer is worth how often it was asked for, times what it costs to make it, by its size; and
    to that is added the worth of what was dropped last, so that what was asked for often long ago goes some day.
    """

    def __init__(self, most_bytes: int) -> None:
        """Keep up to so many bytes."""
        self.most_bytes = most_bytes
        self.largest = most_bytes // LARGEST_SHARE
        self.bytes_held = 0
        self._entries: OrderedDict[Asked, _Entry] = OrderedDict()
        """In the order in which they were made."""
        self._of_path: dict[str, list[_Entry]] = {}
        self._by_worth: list[tuple[float, int, _Entry]] = []
        """A heap: what an entry was worth when it came in or was looked at last; it may be worth more now."""
        self._numbers = count()
        self._age = 0.0
        self._lock = Lock()

    def find(self, asked: Asked) -> Answer | None:
        """Return an answer, whether or not it still holds."""
        entry = self._entries.get(asked)
        if entry is None:
            return None
        entry.be_asked(self._age)
        return entry.answer

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Put an answer in the place of what was there; what is worth least is let go, perhaps this one."""
        size = OVERHEAD + len(answer.content) + len(asked.place) + len(asked.query)
        if size > self.largest:
            return
        with self._lock:
            entry = self._entries.get(asked) or self._enter(asked)
            self.bytes_held += size - entry.size
            entry.size, entry.asks, entry.answer = size, entry.asks // 2, answer
            entry.be_asked(self._age)
            self._entries.move_to_end(asked)
            while self.bytes_held > self.most_bytes:
                self._drop_one(answer.made_at)

    def __len__(self) -> int:
        """Count the answers."""
        return len(self._entries)

    def _enter(self, asked: Asked) -> _Entry:
        if len(self._of_path.get(asked.place, ())) >= MOST_OF_PATH:
            self._drop(_least_of(self._of_path[asked.place]))
        entry = _Entry(asked)
        self._of_path.setdefault(asked.place, []).append(entry)
        self._entries[asked] = entry
        if len(self._by_worth) > 2 * len(self._entries):
            self._by_worth = [each for each in self._by_worth if each[2].answer is not None]
            heapify(self._by_worth)
        heappush(self._by_worth, (self._age, next(self._numbers), entry))
        return entry

    def _drop_one(self, now: float) -> None:
        first = next(iter(self._entries.values()))
        if first.answer is not None and first.answer.old_at < now:
            self._drop(first)
            return
        while True:
            worth, _, entry = heappop(self._by_worth)
            if entry.answer is None:
                continue
            if entry.worth <= worth:
                self._age = worth
                self._drop(entry)
                return
            heappush(self._by_worth, (entry.worth, next(self._numbers), entry))

    def _drop(self, entry: _Entry) -> None:
        self.bytes_held -= entry.size
        entry.answer = None
        del self._entries[entry.asked]
        of_path = self._of_path[entry.asked.place]
        of_path.remove(entry)
        if not of_path:
            del self._of_path[entry.asked.place]
