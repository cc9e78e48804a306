"""One line of how the service fares."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One part of the service."""

    label: Text
    is_well: bool | None
    """None where there is nothing to judge."""
    said: str
