"""How much one workspace may hold; the operator sets it, and each workspace keeps the numbers that count for it."""

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
