"""Tables of municipalities and their members."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
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

    @property
    def full_name(self) -> str:
        """The name with its prefecture, as it must be shown."""
        return self.name if self.name.startswith(self.prefecture) else f"{self.prefecture}{self.name}"


class MasterLoad(Base):
    """What of the master list is in the table already."""

    __tablename__ = "municipality_master_loads"
    file: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]


class Membership(Base):
    """A person who acts for a municipality, in one role."""

    __tablename__ = "memberships"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True, index=True)
    role: Mapped[Role]
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
