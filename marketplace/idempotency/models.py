"""The table of kept answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class State(StrEnum):
    """How far the first request with a key has come."""

    RUNNING = "running"
    DONE = "done"


class KeptAnswer(Base):
    """What was answered to the first request that carried a key."""

    __tablename__ = "idempotency_answers"
    owner: Mapped[str] = mapped_column(primary_key=True)
    """The token or person the key belongs to: two callers may use the same key."""
    key: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.RUNNING.value)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(Json)
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
