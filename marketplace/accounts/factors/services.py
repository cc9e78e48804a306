"""Sets up and removes the caller's own second factors.

The steps that take a person take one whose password was just confirmed (confirming.py).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from marketplace.accounts.errors import NoFactorError
from marketplace.accounts.factors import authenticators, passkeys
from marketplace.accounts.factors.authenticators import Enrolment
from marketplace.accounts.factors.models import Authenticator, Passkey, RecoveryCode
from marketplace.accounts.factors.passkeys import Question
from marketplace.accounts.factors.queries import factors_of, get_passkey, has_factor
from marketplace.accounts.factors.recovery import drop_codes, make_codes
from marketplace.accounts.inputs import NameInput
from marketplace.accounts.letters import (
    AUTHENTICATOR_ADDED,
    AUTHENTICATOR_REMOVED,
    CODES_MADE,
    FACTORS_REMOVED,
    PASSKEY_ADDED,
    PASSKEY_REMOVED,
    tell_of_change,
)
from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_system
from marketplace.accounts.queries import find_person_by_email, get_self
from marketplace.accounts.sessions import end_sessions_of
from marketplace.audit import services as audit
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError


def start_authenticator(ctx: Context, person: Person) -> Enrolment:
    """Make the secret for an authenticator app. Raises AuthenticatorExistsError."""
    return authenticators.begin_enrolment(ctx, person.id, person.email)


def see_authenticator(ctx: Context, paper: str) -> Enrolment:
    """Return what was begun, after a wrong code. Raises PageExpiredError."""
    person = get_self(ctx)
    return authenticators.resume_enrolment(ctx, person.id, person.email, paper)


def finish_authenticator(ctx: Context, paper: str, code: str) -> list[str]:
    """Keep the app and return recovery codes if it is the first factor.

    Raises PageExpiredError, AuthenticatorExistsError or AuthenticatorCodeWrongError.
    """
    person = get_self(ctx)
    is_first = not has_factor(ctx.session, person.id)
    authenticators.enrol(ctx, person.id, paper, code)
    audit.record(ctx, "authenticator.added", f"person:{person.id}")
    tell_of_change(ctx, person, AUTHENTICATOR_ADDED)
    return make_codes(ctx.session, person.id) if is_first else []


def remove_authenticator(ctx: Context, person: Person) -> None:
    """Forget the authenticator app. Raises NotFoundError."""
    app = ctx.session.get(Authenticator, person.id)
    if app is None:
        raise NotFoundError
    ctx.session.delete(app)
    _after_removal(ctx, person)
    audit.record(ctx, "authenticator.removed", f"person:{person.id}")
    tell_of_change(ctx, person, AUTHENTICATOR_REMOVED)


def start_passkey(ctx: Context, person: Person) -> Question:
    """Ask a device to make a passkey. Raises PasskeyLimitError."""
    return passkeys.ask_to_add(ctx, person)


def finish_passkey(ctx: Context, paper: str, answer: str, name: str) -> list[str]:
    """Keep the passkey and return recovery codes if it is the first factor.

    Raises ValidationError, PageExpiredError, PasskeyRefusedError or PasskeyLimitError.
    """
    person = get_self(ctx)
    data: dict[str, Any] = NameInput().load({"name": name})
    is_first = not has_factor(ctx.session, person.id)
    passkey = passkeys.add(ctx, person, paper, answer, data["name"])
    audit.record(ctx, "passkey.added", f"passkey:{passkey.id}")
    tell_of_change(ctx, person, PASSKEY_ADDED)
    return make_codes(ctx.session, person.id) if is_first else []


def remove_passkey(ctx: Context, person: Person, passkey_id: str) -> None:
    """Forget a passkey. Raises NotFoundError."""
    ctx.session.delete(get_passkey(ctx, passkey_id))
    _after_removal(ctx, person)
    audit.record(ctx, "passkey.removed", f"passkey:{passkey_id}")
    tell_of_change(ctx, person, PASSKEY_REMOVED)


def renew_codes(ctx: Context, person: Person) -> list[str]:
    """Make new recovery codes in place of the old. Raises NoFactorError."""
    if not has_factor(ctx.session, person.id):
        raise NoFactorError
    audit.record(ctx, "recovery-codes.made", f"person:{person.id}")
    tell_of_change(ctx, person, CODES_MADE)
    return make_codes(ctx.session, person.id)


def remove_every_factor(ctx: Context, email: str) -> int | None:
    """Forget all factors of somebody who lost their device and the codes, and end their sessions.

    The operator does it, having made sure who asks; None if nobody has the address.
    """
    require_system(ctx.actor)
    person = find_person_by_email(ctx.session, email)
    if person is None:
        return None
    removed = factors_of(ctx.session, person.id).count
    for table in (Authenticator, Passkey, RecoveryCode):
        ctx.session.execute(delete(table).where(table.person_id == person.id))
    end_sessions_of(ctx.session, person.id)
    audit.record(ctx, "second-factors.removed", f"person:{person.id}", removed=removed)
    tell_of_change(ctx, person, FACTORS_REMOVED)
    return removed


def _after_removal(ctx: Context, person: Person) -> None:
    """Drop the recovery codes with the last factor: they would stand in for nothing."""
    ctx.session.flush()
    if not has_factor(ctx.session, person.id):
        drop_codes(ctx.session, person.id)
