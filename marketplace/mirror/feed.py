"""The entries of the feed, the segments that hold them, and the head that vouches for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from marketplace.kernel.limits import MEGABYTE

INDEX_FORMAT = "yokoten-index/1"
FEED_FORMAT = "yokoten-feed/1"
TEMPLATE_FORMAT = "yokoten-template/1"
SEGMENT_ENTRIES = 100
"""Entries of a full segment; fewer stand in the head."""
JSON_BYTES = MEGABYTE
"""No file but a bundle is larger."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A template became another: its file is now this one."""

    number: int
    template: str
    """Publisher and slug."""
    category: str
    sha256: str
    size: int
    changed_at: str

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in files."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Segment:
    """A hundred entries that never change, and the SHA-256 of the segment before."""

    first: int
    last: int
    previous: str | None
    entries: Sequence[Entry]

    @classmethod
    def of(cls, previous: str | None, entries: Sequence[Entry]) -> Self:
        """Return the segment that some entries make."""
        return cls(entries[0].number, entries[-1].number, previous, entries)

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in its file."""
        entries = [entry.as_document() for entry in self.entries]
        return {
            "format": FEED_FORMAT,
            "first": self.first,
            "last": self.last,
            "previous": self.previous,
            "entries": entries,
        }


@dataclass(frozen=True, slots=True)
class Head:
    """What the index is at a moment: all its entries by the last full segment, and those after it."""

    service: str
    history: int
    """When its numbers began to count, in seconds; a restored service begins another history."""
    number: int
    """Of the last entry."""
    signed_at: datetime
    expires_at: datetime
    templates: int
    segment: str | None
    """SHA-256 of the last full segment."""
    entries: Sequence[Entry]
    """Those after it."""

    @property
    def place(self) -> tuple[int, int]:
        """Return what only ever grows."""
        return self.history, self.number

    @property
    def closed(self) -> int:
        """Return how many entries stand in segments."""
        return self.number - len(self.entries)

    def as_document(self) -> dict[str, Any]:
        """Return what is signed."""
        return {
            "format": INDEX_FORMAT,
            "service": self.service,
            "history": self.history,
            "number": self.number,
            "signed_at": self.signed_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "templates": self.templates,
            "segment": self.segment,
            "entries": [entry.as_document() for entry in self.entries],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the head out of what was read by its schema."""
        entries = [Entry(**entry) for entry in document["entries"]]
        return cls(**{**document, "entries": entries})
