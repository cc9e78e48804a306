"""The table of what happened in an import that is carried out from the workspace's side."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import NO_BLOB, Json, UtcDateTime


class EventKind(StrEnum):
    """What can happen in a turn."""

    TRY = "try"
    CALL = "call"
    PAUSE = "pause"


class PullEvent(Base):
    """One event of a pulled import, numbered through all of it; the content of those that are over is forgotten."""

    __tablename__ = "pull_events"
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    """Of the step."""
    kind: Mapped[EventKind]
    is_replayed: Mapped[bool]
    """Whether it belongs to the turn that is under way."""
    method: Mapped[str | None]
    path: Mapped[str | None]
    digest: Mapped[str | None] = mapped_column(info=NO_BLOB)
    """Tells two calls apart: SHA-256 of everything in them."""
    call: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What installs.pulling.calls.HandedCall writes, until it is forgotten."""
    outcome_digest: Mapped[str | None]
    """None until the outcome is known."""
    status: Mapped[int | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Headers, or the reason why there is no answer; until it is forgotten."""
    content: Mapped[bytes | None]
    """The body of the answer, until it is forgotten."""
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a pause ends."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
