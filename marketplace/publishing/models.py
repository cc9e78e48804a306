"""The table of drafts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalog.changes import VersionChanges, read_changes
from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id


class DraftState(StrEnum):
    """What became of an upload."""

    OPEN = "open"
    RELEASED = "released"
    DISCARDED = "discarded"


class Draft(Base):
    """An uploaded bundle, kept under its digest, with what the checks found."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_municipality", "municipality_code", "created_at", "id"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    slug: Mapped[str]
    number: Mapped[str]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    state: Mapped[DraftState] = mapped_column(default=DraftState.OPEN)
    digest: Mapped[str]
    size: Mapped[int]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """Findings of the bundle and of its number, as bundle.model.Finding.as_dict writes them."""
    changes_document: Mapped[dict[str, Any]] = mapped_column("changes", Json)
    least_version: Mapped[str | None]
    """The smallest number that would do, at the time of the upload; None when any will."""
    created_by: Mapped[str | None]
    """The person, or None when a token uploaded it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version_id: Mapped[str | None] = mapped_column(ForeignKey("template_versions.id"))
    """The version it became."""

    @property
    def changes(self) -> VersionChanges:
        """What differs from the version before it, at the time of the upload."""
        return read_changes(self.changes_document)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The findings that stand in the way of a release."""
        return [finding for finding in self.findings if finding["severity"] == "error"]

    @property
    def can_be_released(self) -> bool:
        """Tell whether it is open and without errors."""
        return self.state is DraftState.OPEN and not self.errors
