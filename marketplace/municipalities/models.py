"""Tables of municipalities and their members."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import NO_BLOB, UtcDateTime
from marketplace.kernel.ids import new_id
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.roles import Role


class MunicipalityType(StrEnum):
    """The kinds of local government in the master list, and the operator of the service."""

    PREFECTURE = "prefecture"
    DESIGNATED_CITY = "designated_city"
    CORE_CITY = "core_city"
    CITY = "city"
    SPECIAL_WARD = "special_ward"
    TOWN = "town"
    VILLAGE = "village"
    WARD = "ward"
    NORTHERN_TERRITORIES = "northern_territories"
    OPERATOR = "operator"


class Municipality(Base):
    """One local government (or the operator); the owner of templates, workspaces, installations, reviews, tokens."""

    __tablename__ = "municipalities"
    code: Mapped[str] = mapped_column(primary_key=True)
    prefecture: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    """Not unique: 25 names occur more than once, so show the prefecture beside it."""
    kana: Mapped[str]
    type: Mapped[MunicipalityType]
    parent_code: Mapped[str | None]
    population: Mapped[int | None]
    size_class: Mapped[str | None]
    region: Mapped[str]
    website: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    """False for a municipality that no longer exists or has no office; nobody can act for it."""
    fictitious: Mapped[bool] = mapped_column(default=False)
    """True for the invented municipalities of demonstrations."""
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the operator made sure that its members act for it; None until then, and after that was taken back."""
    verified_by: Mapped[str | None]
    """Name of the person of the operator who did."""
    second_factor_required_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when its members need a second factor; None where the password is enough."""

    @property
    def is_verified(self) -> bool:
        """Tell whether the operator made sure who acts for it; it knows itself."""
        return is_verified(self.code, self.verified_at)

    @property
    def full_name(self) -> str:
        """The name with its prefecture, as it must be shown."""
        return full_name(self.name, self.prefecture)


def is_verified(code: str, verified_at: datetime | None) -> bool:
    """Tell whether the operator made sure who acts for a municipality."""
    return verified_at is not None or code == OPERATOR_CODE


def full_name(name: str, prefecture: str) -> str:
    """Return the name of a municipality with its prefecture."""
    return name if name.startswith(prefecture) else f"{prefecture}{name}"


class MasterLoad(Base):
    """What of the master list is in the table already."""

    __tablename__ = "municipality_master_loads"
    file: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(info=NO_BLOB)


class Membership(Base):
    """A person who acts for a municipality, in one role."""

    __tablename__ = "memberships"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True, index=True)
    role: Mapped[Role]
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InvitationEnd(StrEnum):
    """Why a link opens nothing any more, besides its time being over."""

    USED = "used"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    """A new letter with another link was sent."""


class Invitation(Base):
    """One letter that asks somebody to join a municipality; a letter sent anew is a row of its own."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_municipality_code_created_at", "municipality_code", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    """Names the invitation on pages; it opens nothing."""
    secret_hash: Mapped[str] = mapped_column(unique=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    email: Mapped[str]
    """Normalised as that of a person; whether there is one is never asked for whoever invites."""
    role: Mapped[Role]
    invited_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ending: Mapped[InvitationEnd | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
