"""Tables of people, their sessions, and what guards signing in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime
from marketplace.kernel.ids import new_id


class Person(Base):
    """Somebody who signs in; what they may do comes from their membership, never from this row."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    """Normalised: compatible forms folded (NFKC), lower case."""
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    """Chosen by the person; empty until then, and pages follow the browser."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Guarded(StrEnum):
    """What guesses are counted for, each by itself."""

    SIGN_IN = "sign-in"
    SECOND_FACTOR = "second-factor"
    CONFIRMATION = "confirmation"
    """The password of somebody who is signed in, asked for once more."""
    RESET = "reset"
    """Asking for a mail: nothing is guessed, but nobody's letter box is to be filled."""


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
    purpose: Mapped[Guarded] = mapped_column(default=Guarded.SIGN_IN)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SignInSession(Base):
    """One browser in which somebody is signed in."""

    __tablename__ = "sign_in_sessions"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    """Names the session on pages; it opens nothing."""
    secret_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    password_mark: Mapped[str]
    """A mark of the password at the time: any other way to change it ends the session as well."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Noted every few minutes only."""
    address: Mapped[str]
    user_agent: Mapped[str]


class PasswordReset(Base):
    """A link in a mail that sets a new password, once; only its hash is kept."""

    __tablename__ = "password_resets"
    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
