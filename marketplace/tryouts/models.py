"""The table of try-outs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime


class Tryout(Base):
    """What makes a workspace a try-out; its row goes last, so that a removal that broke off is found again."""

    __tablename__ = "tryouts"
    __table_args__ = (Index("ix_tryouts_address", "address", "expires_at"),)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    secret_hash: Mapped[str]
    """Of the secret that only the visitor's browser holds."""
    address: Mapped[str]
    """Where it was asked for."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
