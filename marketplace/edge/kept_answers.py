"""Finished answers in the memory of a process: within so many bytes, those asked for longest ago are dropped first."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from marketplace.edge.tally import Noted

MOST_OF_PATH = 200
"""Answers kept of one path: query strings that mean nothing must not drive out everything else."""
LARGEST_SHARE = 16
"""One answer may take up so small a part of what there is."""
OVERHEAD = 4_000
"""What an answer takes at most beside its content: the longest address, headers, dictionaries."""
Headers = list[tuple[str, str]]


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
    etag: str
    headers: Headers
    unchanged: Headers
    """The headers of 304."""
    content: bytes
    route: str
    """The rule that led to it, and the face it is of: for the log and the figures."""
    face: str
    noted: Noted = field(default_factory=Noted)

    @property
    def size(self) -> int:
        """Return about how much memory it takes."""
        return len(self.content) + OVERHEAD

    def is_known_to(self, if_none_match: str) -> bool:
        """Tell whether a caller has it already."""
        if if_none_match == self.etag:
            return True
        return bool(if_none_match) and parse_etags(if_none_match).contains_weak(unquote_etag(self.etag)[0] or "")


def headers_unchanged(headers: Headers) -> Headers:
    """Return what of the headers of an answer is sent when the caller has its content already."""
    left = list(headers)
    remove_entity_headers(left)
    return left


class KeptAnswers:
    """Answers by what was asked; safe to use from several threads."""

    def __init__(self, most_bytes: int) -> None:
        """Keep up to so many bytes."""
        self.largest = most_bytes // LARGEST_SHARE
        self._kept = _Bounded(most_bytes)
        self._lock = Lock()

    def find(self, asked: Asked) -> Answer | None:
        """Return an answer, whether or not it still holds."""
        with self._lock:
            return self._kept.get(asked)

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Put an answer in the place of what was there; one that is too large is let go."""
        if answer.size <= self.largest:
            with self._lock:
                self._kept[asked] = answer

    @property
    def bytes_held(self) -> int:
        """Return how much memory the answers take."""
        return int(self._kept.currsize)

    def __len__(self) -> int:
        """Count the answers."""
        return len(self._kept)


class _Bounded(LRUCache[Asked, Answer]):
    """Bounded as a whole, and in the number of answers of each path."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes, getsizeof=lambda answer: answer.size)
        self._of_path: dict[str, dict[Asked, None]] = {}

    def __setitem__(self, asked: Asked, answer: Answer) -> None:
        of_path = self._of_path.get(asked.place, {})
        if asked not in of_path and len(of_path) >= MOST_OF_PATH:
            del self[next(iter(of_path))]
        super().__setitem__(asked, answer)
        self._of_path.setdefault(asked.place, {})[asked] = None

    def __delitem__(self, asked: Asked) -> None:
        super().__delitem__(asked)
        of_path = self._of_path[asked.place]
        del of_path[asked]
        if not of_path:
            del self._of_path[asked.place]
