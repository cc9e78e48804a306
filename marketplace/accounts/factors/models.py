"""Tables of second factors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import NO_BLOB, UtcDateTime
from marketplace.kernel.ids import new_id


class Authenticator(Base):
    """A person's authenticator app; the secret both sides share is sealed."""

    __tablename__ = "authenticators"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed_secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_step: Mapped[int]
    """The newest half minute whose code was taken: that code and all before it are used up."""


class Passkey(Base):
    """A key pair on somebody's device; this side holds the public half."""

    __tablename__ = "passkeys"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    """As devices name it, in Base64 for addresses."""
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code on paper that stands in for a lost device, once; the row goes when it is used."""

    __tablename__ = "recovery_codes"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class SpentChallenge(Base):
    """A question to a passkey that was answered; the same answer counts no second time."""

    __tablename__ = "spent_challenges"
    digest: Mapped[str] = mapped_column(primary_key=True, info=NO_BLOB)
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
