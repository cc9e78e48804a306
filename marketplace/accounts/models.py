"""Tables of people and of failed sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id
from marketplace.kernel.text import Language


class Person(Base):
    """Somebody who signs in; what they may do comes from their membership, never from this row."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    """Normalised: compatible forms folded (NFKC), lower case."""
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default=Language.JA.value)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """One refused guess; rows are only added, so guesses made at once all count."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_email", "email_hash", "at"),
        Index("ix_sign_in_failures_address", "address", "at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email_hash: Mapped[str]
    """A hash, because people type passwords into the wrong box."""
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
