"""Tables of workspaces and API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db.base import Base
from marketplace.db.types import Json, UtcDateTime
from marketplace.kernel.ids import new_id

if TYPE_CHECKING:
    from marketplace.workspaces.domains.models import Connection

BUILTIN = "builtin"
KINTONE = "kintone"
"""A kintone domain (marketplace/workspaces/domains)."""
CLOSED_NETWORK = "closed-network"
"""A kintone that this service can't reach: whoever works there makes the calls (marketplace/installs/pulling)."""
TRYOUT = "tryout"
"""A built-in workspace that nobody owns (marketplace/tryouts)."""
IN_THIS_SERVICE = frozenset({BUILTIN, TRYOUT})
"""The kinds whose calls run inside this service."""


class Workspace(Base):
    """Where a municipality installs templates; a built-in one has a sandbox site of the same id."""

    __tablename__ = "workspaces"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=BUILTIN)
    address: Mapped[str | None]
    """Where the kintone of a closed network is for those inside; of other kinds None."""
    guest_space: Mapped[str | None]
    """The number of the guest space that apps are installed into there."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    connection: Mapped[Connection | None] = relationship(back_populates="workspace", lazy="joined")
    """How it is reached; of kintone domains only."""

    @property
    def is_outside(self) -> bool:
        """Whether its kintone is not part of this service."""
        return self.kind not in IN_THIS_SERVICE

    @property
    def kintone_address(self) -> str | None:
        """Where its kintone is; None of a built-in one."""
        return self.address if self.connection is None else self.connection.address

    @property
    def kintone_guest_space(self) -> str | None:
        """The number of the guest space that it is, if it is one."""
        return self.guest_space if self.connection is None else self.connection.guest_space

    @property
    def apps_address(self) -> str:
        """Where the apps are for people, up to their numbers: on our own pages, or on those of its kintone."""
        if self.kintone_address is None:
            return f"/w/{self.id}/k/"
        guest = f"guest/{self.kintone_guest_space}/" if self.kintone_guest_space else ""
        return f"{self.kintone_address}/k/{guest}"

    def address_of(self, app_id: int | str) -> str:
        """Return where an app is for people."""
        return f"{self.apps_address}{app_id}/"

    def settings_address_of(self, app_id: int | str) -> str:
        """Return where people find an app's settings, which are there before it comes into use."""
        if self.is_outside:
            return f"{self.apps_address}admin/app/flow?app={app_id}"
        return f"{self.address_of(app_id)}settings"


class ApiToken(Base):
    """A key with which a program acts for a municipality; it belongs to the municipality, not to who issued it."""

    __tablename__ = "api_tokens"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    workspace_id: Mapped[str | None] = mapped_column(ForeignKey("workspaces.id"))
    """Set when the token reaches this workspace only."""
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """True to about a minute."""
