"""Notes when the housekeeping was done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.operating.models import HousekeepingRound

ONLY = 1


def note_round(session: Session, ended_at: datetime, failed_parts: int) -> None:
    """Replace what was known of the last round; of two that end at once either may stay."""
    session.merge(HousekeepingRound(id=ONLY, ended_at=ended_at, failed_parts=failed_parts))


def find_last_round(session: Session) -> HousekeepingRound | None:
    """Return the last round; None before the first."""
    return session.get(HousekeepingRound, ONLY)
