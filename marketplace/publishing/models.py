"""The tables of drafts: what was changed in them, what people answered, and what the operator looks at first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalog.changes import VersionChanges, read_changes
from marketplace.db.base import Base
from marketplace.db.types import NO_BLOB, Json, UtcDateTime
from marketplace.kernel.ids import new_id


class DraftState(StrEnum):
    """What became of an upload."""

    OPEN = "open"
    HELD = "held"
    """Its release waits for the operator."""
    RELEASED = "released"
    DISCARDED = "discarded"


class Draft(Base):
    """An uploaded bundle, kept under its digest, with what the checks found."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_municipality", "municipality_code", "created_at", "id"),
        Index("ix_drafts_municipality_code_state", "municipality_code", "state"),
    )
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
    author_id: Mapped[str | None]
    """The person who answers for it: who uploaded it, or issued the token that did; None if unknown."""
    scan_rules: Mapped[int | None]
    """By which rules the findings were made; None for a draft from before there were any."""
    unanswered: Mapped[int] = mapped_column(default=0)
    """How many findings wait for the answer of somebody else than the author."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version_id: Mapped[str | None] = mapped_column(ForeignKey("template_versions.id"))
    """The version it became."""
    hold: Mapped[DraftHold | None] = relationship(back_populates="draft", lazy="joined")
    """What the operator was asked last, and decided."""

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
        """Tell whether it is open, without errors, and every finding that needs an answer has one."""
        return self.state is DraftState.OPEN and not self.errors and not self.unanswered

    @property
    def responsible_id(self) -> str | None:
        """The person who can't be the second one to look at it; None if nobody is known."""
        return self.author_id or self.created_by


class HoldReason(StrEnum):
    """Why the operator looks at a draft before it is released."""

    FIRST_RELEASE = "first-release"
    NEW_AUTHOR = "new-author"
    SCRIPT_HOSTS = "script-hosts"


class HoldDecision(StrEnum):
    """What became of a release that was held."""

    RELEASED = "released"
    TURNED_BACK = "turned-back"
    TAKEN_BACK = "taken-back"
    """By the author, before the operator decided."""


class DraftHold(Base):
    """A release that waits for the operator, or waited last; it counts for exactly the content it was asked for."""

    __tablename__ = "draft_holds"
    __table_args__ = (Index("ix_draft_holds_decided_at_asked_at", "decided_at", "asked_at"),)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(info=NO_BLOB)
    """Of the draft when its release was asked for; the draft keeps the file."""
    reasons: Mapped[list[str]] = mapped_column(Json)
    """Of HoldReason."""
    finding_ids: Mapped[list[str]] = mapped_column(Json)
    """The findings because of which it is held; once released, they hold no later draft of the template."""
    asked_by: Mapped[str | None]
    """The person who released it, or who issued the token that did; None if unknown."""
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[HoldDecision | None]
    """None while it waits."""
    reason: Mapped[str]
    """Why the operator turned it back, in words for the author."""
    decided_by: Mapped[str]
    """The name of who decided."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    draft: Mapped[Draft] = relationship(back_populates="hold")


class DraftEdit(Base):
    """A change of a draft's bundle after its upload: who made it, and what that brought."""

    __tablename__ = "draft_edits"
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    replaced: Mapped[str]
    """The digest of the bundle before; its file is swept."""
    brought: Mapped[list[str]] = mapped_column(Json)
    """The findings that may be personal and were not there before."""
    was_cut_off: Mapped[bool]
    """Whether there were too many findings before to show them all, so that these may have been among them."""
    edited_by: Mapped[str | None]
    """The person who answers for it: who made it, or issued the token that did; None if unknown."""
    edited_by_name: Mapped[str]
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnswerKind(StrEnum):
    """Why a finding does not stand in the way of a release."""

    FICTITIOUS = "fictitious"
    MEANT = "meant"


class FindingAnswer(Base):
    """What one person answered to one finding of a template; it counts for each draft that somebody else made."""

    __tablename__ = "finding_answers"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code", "slug", "finding_id", "answered_by", name="uq_finding_answers_one_per_person"
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    slug: Mapped[str]
    finding_id: Mapped[str]
    """Of publishing.scan.held.Held: the same as long as file, place, kind and value are the same."""
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    """The draft in which it was given last."""
    answer: Mapped[AnswerKind]
    answered_by: Mapped[str]
    answered_by_name: Mapped[str]
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
