"""The table of comments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class Comment(Base):
    """One comment; it goes with its record, and its number is never given twice."""

    __tablename__ = "sandbox_comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["app_pk", "record_id"], ["sandbox_records.app_pk", "sandbox_records.record_id"], ondelete="CASCADE"
        ),
    )
    app_pk: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    """The names of those mentioned, then what was written."""
    mentions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """As {"code": "sato", "type": "USER"}."""
    creator: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
