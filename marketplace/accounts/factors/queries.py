"""Which second factors a person has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.factors.models import Authenticator, Passkey, RecoveryCode
from marketplace.accounts.policy import require_self
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of one person."""

    authenticator_since: datetime | None
    passkeys: tuple[Passkey, ...]
    recovery_codes: int
    """Not used yet."""

    @property
    def any(self) -> bool:
        """Tell whether signing in by password asks for a second factor."""
        return self.authenticator_since is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """The number of factors; recovery codes stand in for one and are none themselves."""
        return len(self.passkeys) + (self.authenticator_since is not None)


def has_factor(session: Session, person_id: str) -> bool:
    """Tell whether the password alone does not let this person in."""
    return bool(session.scalar(select(factor_of(literal(person_id)))))


def factor_of(person_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that the person whom a statement names has a second factor."""
    app = exists().where(Authenticator.person_id == person_id)
    key = exists().where(Passkey.person_id == person_id)
    return or_(app, key)


def factors_of(session: Session, person_id: str) -> Factors:
    """Return the factors of a person; for those who have checked the caller."""
    app = session.get(Authenticator, person_id)
    keys = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.created_at, Passkey.id)
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)
    return Factors(app.created_at if app else None, tuple(session.scalars(keys)), session.scalar(left) or 0)


def list_factors(ctx: Context) -> Factors:
    """Return the caller's own factors."""
    return factors_of(ctx.session, require_self(ctx.actor))


def get_passkey(ctx: Context, passkey_id: str) -> Passkey:
    """Return one of the caller's own passkeys. Raises NotFoundError."""
    found = ctx.session.get(Passkey, passkey_id) if passkey_id.isprintable() else None
    if found is None or found.person_id != require_self(ctx.actor):
        raise NotFoundError
    return found
