"""Tables of deploys under way: those whose rewrites are too many for the call that asked for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime


class Deploy(Base):
    """One deploy that a job carries out; its row goes when the deploy ends."""

    __tablename__ = "sandbox_deploys"
    id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sandbox_sites.id"), index=True)
    caller: Mapped[str]
    """The login that asked for it; the apps name it as their modifier."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """How many workers began it; one that fails again and again is given up."""
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeployedApp(Base):
    """One app of a deploy under way."""

    __tablename__ = "sandbox_deployed_apps"
    deploy_id: Mapped[str] = mapped_column(ForeignKey("sandbox_deploys.id", ondelete="CASCADE"), primary_key=True)
    app_pk: Mapped[int] = mapped_column(ForeignKey("sandbox_apps.pk"), primary_key=True)
    prepared_to: Mapped[int] = mapped_column(default=0)
    """The last record that was looked at; the rewrites of those up to it are stored."""


class Rewrite(Base):
    """What a record will hold once its app goes live, if nobody changes it before."""

    __tablename__ = "sandbox_rewrites"
    deploy_id: Mapped[str] = mapped_column(ForeignKey("sandbox_deploys.id", ondelete="CASCADE"), primary_key=True)
    app_pk: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    """The revision of the record that the content was made of."""
    values: Mapped[dict[str, Any]] = mapped_column(Json)
