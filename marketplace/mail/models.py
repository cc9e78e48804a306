"""The table of letters, on their way or kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class MailState(StrEnum):
    """How a letter stands."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    """It stays on this machine, for the outbox page."""
    GIVEN_UP = "given-up"


class Mail(Base):
    """One letter; a row is written in the transaction of the act it tells of, so that both happen or neither."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due_at", "due_at"), Index("ix_mails_written_at", "written_at"))
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    sealed_body: Mapped[str]
    """Sealed, for it may hold a link that lets somebody in; emptied once the letter is sent or given up."""
    language: Mapped[str]
    state: Mapped[MailState]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the next try may begin; while one is under way, when it counts as lost."""
    useful_until: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    """What the server said last."""
