"""The table of the audit log; rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id

ISSUES = text("act = 'token.issued'")
"""Of the acts that issue a token: as it stands in an index, so that a database knows it again."""


class AuditEvent(Base):
    """One act; it refers to nothing by foreign key, so that it outlives what it tells of."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_municipality", "municipality_code", "at", "id"),
        Index("ix_audit_events_issues", "subject_id", sqlite_where=ISSUES, postgresql_where=ISSUES),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    """Id of the person or of the token; None for the system and for strangers."""
    actor_name: Mapped[str]
    municipality_code: Mapped[str | None]
    """The municipality acted for or, when the system acts, the one it concerns."""
    address: Mapped[str]
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
