"""The table of connections to kintone domains."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.workspaces.models import Workspace

ROTATE_AFTER = timedelta(days=180)
"""How old a password may grow before people are reminded to replace it."""


class Connection(Base):
    """How a workspace that is a kintone domain is reached."""

    __tablename__ = "workspace_connections"
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    address: Mapped[str]
    """Scheme and host, without a final slash; only a trusted host may have a port and a path as well."""
    guest_space: Mapped[str | None]
    """The number of the guest space that apps are installed into."""
    login: Mapped[str]
    gate_user: Mapped[str | None]
    """The user of the Basic authentication before the domain, if there is one."""
    sealed: Mapped[str]
    """The passwords, readable with the keys of the vault only (workspaces/domains/credentials.py)."""
    rotated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the credentials were last entered."""
    last_check: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What checking.Check writes; None until somebody checks, and after each change."""
    workspace: Mapped[Workspace] = relationship(back_populates="connection")

    @property
    def rotate_by(self) -> datetime:
        """When the credentials should be replaced at the latest."""
        return self.rotated_at + ROTATE_AFTER
