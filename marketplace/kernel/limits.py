"""How much workspaces may hold and how many try-outs there may be; the operator sets most of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """The limits of one workspace; kintone's where it has them."""

    apps: int = 1000
    app_records: int = 500_000
    records: int = 2_000_000
    """In all apps together."""
    file_bytes: int = 5120 * MEGABYTE
    upload_bytes: int = 1024 * MEGABYTE
    """Of a single file; a request has a limit of its own."""
    users: int = 1000

    @classmethod
    def from_document(cls, document: Mapping[str, int]) -> Self:
        """Return the limits out of what `as_document` wrote; what is missing has its standard value."""
        return cls(**document)

    def as_document(self) -> dict[str, int]:
        """Return the limits as a site keeps them."""
        return asdict(self)


STANDARD = SiteLimits()
SMALL = SiteLimits(
    apps=60,
    app_records=2000,
    records=5000,
    file_bytes=50 * MEGABYTE,
    upload_bytes=2 * MEGABYTE,
    users=20,
)
"""Enough for any template with its sample records, and for trying it out."""


@dataclass(frozen=True, slots=True)
class TryoutRules:
    """How long a try-out lives, and how many there may be."""

    minutes: int = 120
    most: int = 50
    """In all; 0 offers none."""
    per_address: int = 3
    limits: SiteLimits = SMALL


TRYOUTS = TryoutRules()
