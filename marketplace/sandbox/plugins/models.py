"""The table of plug-ins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class Plugin(Base):
    """A plug-in installed in a site; its id is made of the key that signed it."""

    __tablename__ = "sandbox_plugins"
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    """The name by language; English is always there."""
    descriptions: Mapped[dict[str, Any]] = mapped_column(Json)
    file_key: Mapped[str] = mapped_column(ForeignKey("sandbox_files.key"))
    """The package as it was uploaded."""
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
