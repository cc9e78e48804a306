"""The table of checks of installations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class CheckState(StrEnum):
    """How a check stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = (CheckState.QUEUED, CheckState.RUNNING)


class InstallationCheck(Base):
    """The latest check of an installation, and the result of the last one that came to its end."""

    __tablename__ = "installation_checks"
    __table_args__ = (Index("ix_installation_checks_state_lease_until", "state", "lease_until"),)
    installation_id: Mapped[str] = mapped_column(ForeignKey("installations.id"), primary_key=True)
    state: Mapped[CheckState] = mapped_column(default=CheckState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    """How many apps have been read."""
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What installs.verification.Verification writes; kept while the next check is under way, or if it fails."""
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the result was complete."""
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What installs.failures.Failure writes; None unless the check failed."""
    asked_by: Mapped[str]
    """The name of whoever asked for it: a person, or an API token."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
