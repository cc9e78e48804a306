"""How fast callers may ask, as the operator sets it: bounds of requests, and the pace of publishing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(r"(\d+)/(\d*)\s*(second|minute|hour|day)s?", re.ASCII)


class Cost(StrEnum):
    """What kind of work a request makes."""

    READS = "reads"
    SEARCHES = "searches"
    WRITES = "writes"
    EXPENSIVE = "expensive"
    """Uploads, releases, imports, exports, files made on demand, sign-in."""
    KINTONE = "kintone"
    """Calls of the REST API of built-in workspaces."""


class Payer(StrEnum):
    """Whose account a request goes on."""

    CALLER = "caller"
    """One token, one person, or one user of a workspace."""
    MUNICIPALITY = "municipality"
    """For calls of the kintone API: the workspace."""
    ADDRESS = "address"
    """Of those whom nobody knows."""


@dataclass(frozen=True, slots=True)
class Bound:
    """At most so many requests in so many seconds."""

    amount: int
    seconds: int


@dataclass(frozen=True, slots=True)
class PacingRules:
    """The bounds of each kind of work by who pays; without a bound there is no limit."""

    bounds: Mapping[Cost, Mapping[Payer, Bound]] = field(default_factory=dict)
    storage: str = "memory://"
    """Where requests are counted: in each process, or at an address that all share."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many at once, and then one in each interval."""

    burst: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class PublishingPace:
    """How fast one publisher may release; None is as fast as they like."""

    new_templates: Pace | None = None
    versions: Pace | None = None


def read_bounds(written: str) -> dict[Payer, Bound]:
    """Return bounds written like `caller 600/minute, address 1200/10 minutes`. Raises ValueError."""
    found = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        payer, _, rate = part.partition(" ")
        found[Payer(payer)] = Bound(*_read_rate(rate))
    return found


def read_pace(written: str) -> Pace | None:
    """Return a pace written like `burst 5, 1/10 minutes`; nothing is no limit. Raises ValueError."""
    if not written.strip():
        return None
    burst, _, rate = written.partition(",")
    word, _, number = burst.strip().partition(" ")
    amount, seconds = _read_rate(rate)
    if word != "burst" or int(number) < 1:
        raise ValueError(written)
    return Pace(int(number), timedelta(seconds=seconds / amount))


def _read_rate(written: str) -> tuple[int, int]:
    """Return how many are allowed, and in how many seconds."""
    found = _RATE.fullmatch(written.strip())
    if found is None:
        raise ValueError(written)
    amount, count, unit = found.groups()
    seconds = int(count or 1) * UNITS[unit]
    if int(amount) < 1 or seconds < 1:
        raise ValueError(written)
    return int(amount), seconds
