"""What the operator does about accounts: find one by its whole address, disable it, enable it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from marketplace.accounts.models import PasswordReset, Person, SignInSession
from marketplace.accounts.policy import require_operator
from marketplace.accounts.queries import find_person_by_email
from marketplace.accounts.sessions import end_sessions_of
from marketplace.audit import services as audit
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Membership, Municipality
from marketplace.municipalities.roles import Role
from marketplace.operating.errors import AccountNotFoundError, OwnAccountError
from marketplace.operating.inputs import read_reason


@dataclass(frozen=True, slots=True)
class ActsFor:
    """A municipality that a person acts for."""

    municipality: str
    role: Role


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the operator sees it: who it is and how it stands, nothing of what was done with it."""

    person_id: str
    name: str
    email: str
    created_at: datetime
    disabled_at: datetime | None
    sessions: int
    """Browsers it is signed in with, those whose time is over included for up to an hour."""
    acts_for: tuple[ActsFor, ...]
    is_own: bool


def find_account(ctx: Context, email: str) -> Account:
    """Return the account of an address, the whole of it: nobody is listed. Raises AccountNotFoundError."""
    require_operator(ctx.actor)
    person = find_person_by_email(ctx.session, email)
    if person is None:
        raise AccountNotFoundError
    audit.record(ctx, "person.looked-up", f"person:{person.id}")
    return _account(ctx, person)


def get_account(ctx: Context, person_id: str) -> Account:
    """Return an account by its id. Raises AccountNotFoundError."""
    require_operator(ctx.actor)
    return _account(ctx, _get_person(ctx, person_id))


def disable_account(ctx: Context, person_id: str, data: Mapping[str, object]) -> None:
    """Sign a person out everywhere and let them in no more; what their municipality owns stays.

    Raises AccountNotFoundError, OwnAccountError or ValidationError.
    """
    require_operator(ctx.actor)
    person = _get_person(ctx, person_id)
    if person.id == ctx.actor.person_id:
        raise OwnAccountError
    reason = read_reason(data)
    if person.disabled_at is not None:
        return
    person.disabled_at = ctx.now()
    ctx.session.flush()
    ended = end_sessions_of(ctx.session, person.id)
    # A link that lies in a letter box would open again with the account.
    ctx.session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    audit.record(ctx, "person.disabled", f"person:{person.id}", reason=reason, sessions_ended=ended)


def enable_account(ctx: Context, person_id: str, data: Mapping[str, object]) -> None:
    """Let a person sign in again, with the password and the second factors they had.

    Raises AccountNotFoundError or ValidationError.
    """
    require_operator(ctx.actor)
    person = _get_person(ctx, person_id)
    reason = read_reason(data)
    if person.disabled_at is None:
        return
    person.disabled_at = None
    ctx.session.flush()
    audit.record(ctx, "person.enabled", f"person:{person.id}", reason=reason)


def _get_person(ctx: Context, person_id: str) -> Person:
    # PostgreSQL fails on a NUL inside a text, and no id has one.
    person = ctx.session.get(Person, person_id) if person_id.isprintable() else None
    if person is None:
        raise AccountNotFoundError
    return person


def _account(ctx: Context, person: Person) -> Account:
    held = select(func.count()).select_from(SignInSession).where(SignInSession.person_id == person.id)
    rows = (
        select(Municipality, Membership.role)
        .join(Membership, Membership.municipality_code == Municipality.code)
        .where(Membership.person_id == person.id)
        .order_by(Membership.joined_at, Municipality.code)
    )
    return Account(
        person_id=person.id,
        name=person.name,
        email=person.email,
        created_at=person.created_at,
        disabled_at=person.disabled_at,
        sessions=ctx.session.scalar(held) or 0,
        acts_for=tuple(ActsFor(found.full_name, role) for found, role in ctx.session.execute(rows)),
        is_own=person.id == ctx.actor.person_id,
    )
