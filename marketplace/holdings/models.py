"""The table of caretakers: who looks after a thing of the municipality, where another person did before."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime


class KeptKind(StrEnum):
    """The kinds of things that somebody looks after."""

    WORKSPACE = "workspace"
    TOKEN = "token"  # noqa: S105 - a kind of thing, not a secret
    TEMPLATE = "template"
    DRAFT = "draft"
    STORY = "story"
    IMPORT = "import"
    EXPORT = "export"


class Caretaker(Base):
    """Who looks after a thing since it was handed over; until then it is whoever made it."""

    __tablename__ = "caretakers"
    kind: Mapped[KeptKind] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    """Of any table, hence no foreign key."""
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
