"""The table of takeouts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class TakeoutState(StrEnum):
    """How a takeout stands."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"
    """The file is gone: its time was over, or somebody deleted it."""


UNDER_WAY = (TakeoutState.QUEUED, TakeoutState.RUNNING)


class Takeout(Base):
    """One file with all data of a municipality, or the work at it."""

    __tablename__ = "takeouts"
    __table_args__ = (
        Index("ix_takeouts_municipality_code_created_at", "municipality_code", "created_at"),
        Index(
            "uq_takeouts_under_way",
            "municipality_code",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    state: Mapped[TakeoutState] = mapped_column(default=TakeoutState.QUEUED)
    with_records: Mapped[bool]
    """Whether the records of the built-in workspaces go into it."""
    done: Mapped[int] = mapped_column(default=0)
    """How many of its parts are written."""
    total: Mapped[int] = mapped_column(default=0)
    """0 until the worker has counted them."""
    digest: Mapped[str | None]
    """Of the file; None until it is ready, and after it is gone."""
    size: Mapped[int | None] = mapped_column(BigInteger)
    error_code: Mapped[str | None]
    """Why it failed; empty for a fault of ours."""
    asked_by: Mapped[str]
    """The person who asked for it."""
    asked_by_name: Mapped[str]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the file is deleted; None until there is one."""
