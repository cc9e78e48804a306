"""What is measured, whoever keeps the figures; nobody does unless an address for them is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Anything a stranger made up: what is counted by a stranger's word would grow without end."""


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request that has been answered."""

    route: str
    """The rule that led to it, never the address itself."""
    face: str
    method: str
    status: int
    seconds: float
    statements: int

    @property
    def counted_method(self) -> str:
        """Return one of a few names."""
        return self.method if self.method in METHODS else OTHER

    @property
    def status_class(self) -> str:
        """Return 2xx, 4xx and the like."""
        return f"{self.status // 100}xx"


class Held(Protocol):
    """Something of which a process keeps so many bytes in memory, and no more than a bound."""

    @property
    def bytes_held(self) -> int:
        """How many there are."""

    @property
    def most_bytes(self) -> int:
        """How many there may be."""


class Measures(Protocol):
    """Keeps figures of this process."""

    def request_began(self) -> None:
        """Count a request in progress."""

    def request_ended(self, seen: SeenRequest) -> None:
        """Count an answer."""

    def job_ended(self, job: str, end: str, seconds: float) -> None:
        """Count a job that came to an end of some kind."""

    def watch_pool(self, engine: Engine) -> None:
        """Follow the connections of an engine."""

    def watch_held(self, held: Mapping[str, Held]) -> None:
        """Follow what is kept in memory, by name."""


class NoMeasures:
    """Keeps nothing."""

    def request_began(self) -> None:
        """Keep nothing."""

    def request_ended(self, seen: SeenRequest) -> None:
        """Keep nothing."""

    def job_ended(self, job: str, end: str, seconds: float) -> None:
        """Keep nothing."""

    def watch_pool(self, engine: Engine) -> None:
        """Keep nothing."""

    def watch_held(self, held: Mapping[str, Held]) -> None:
        """Keep nothing."""


NO_MEASURES = NoMeasures()
