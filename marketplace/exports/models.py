"""The table of exports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id


class ExportState(StrEnum):
    """How an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (ExportState.QUEUED, ExportState.RUNNING)


class Export(Base):
    """One run of reading apps of a workspace, to look what they need or to make a draft of them."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_state_lease_until", "state", "lease_until"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), index=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    state: Mapped[ExportState] = mapped_column(default=ExportState.QUEUED)
    slug: Mapped[str | None]
    """Of the template to come; a survey may have none yet."""
    dry_run: Mapped[bool]
    """Whether it is a survey."""
    order: Mapped[dict[str, Any]] = mapped_column(Json)
    """What was asked for, as exports.inputs.ExportOrder.as_document writes it."""
    progress: Mapped[dict[str, Any]] = mapped_column(Json)
    """What exports.progress.Progress writes."""
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What exports.report.Report writes: it names users by their codes, for the author only."""
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id"))
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What installs.failures.Failure writes; None unless the export failed."""
    asked_by: Mapped[str | None]
    """The person who asked for it, or None when a token did."""
    reads_as: Mapped[str | None]
    """Code of the user of a built-in workspace whose rights count; None for a token, which reads as its owner."""
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
