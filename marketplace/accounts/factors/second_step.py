"""Signing in by a second factor after the password, or by a passkey alone."""

from __future__ import annotations

from marketplace.accounts.errors import PasskeyRefusedError, SecondFactorRefusedError
from marketplace.accounts.factors import passkeys
from marketplace.accounts.factors.authenticators import use_totp
from marketplace.accounts.factors.recovery import use_code
from marketplace.accounts.letters import CODE_USED, tell_of_change
from marketplace.accounts.models import Guarded, Person
from marketplace.accounts.outcome import SignIn, accept
from marketplace.accounts.queries import find_person
from marketplace.accounts.throttle import clear_failures, find_throttling, note_failure
from marketplace.audit import services as audit
from marketplace.kernel.context import Context


def finish_with_code(ctx: Context, person: Person, typed: str) -> SignIn:
    """Take a code of the authenticator app, or a recovery code; a refusal is returned, for it has to stay counted."""
    throttled = find_throttling(ctx, person.email, Guarded.SECOND_FACTOR)
    if throttled is not None:
        return SignIn(refusal=throttled)
    if use_totp(ctx, person.id, typed):
        return _accept(ctx, person, "authenticator")
    if use_code(ctx.session, person.id, typed):
        tell_of_change(ctx, person, CODE_USED)
        return _accept(ctx, person, "recovery-code")
    note_failure(ctx, person.email, Guarded.SECOND_FACTOR)
    audit.record(ctx, "sign-in.second-factor-refused", f"person:{person.id}")
    return SignIn(refusal=SecondFactorRefusedError())


def finish_with_passkey(ctx: Context, person: Person, paper: str, answer: str) -> SignIn:
    """Take the answer of one of the person's passkeys. Raises PageExpiredError or PasskeyRefusedError."""
    passkeys.check(ctx, paper, answer, person.id)
    return _accept(ctx, person, "password-and-passkey")


def sign_in_with_passkey(ctx: Context, paper: str, answer: str) -> SignIn:
    """Take a passkey whose device has made sure of its owner: it is both factors.

    Raises PageExpiredError or PasskeyRefusedError.
    """
    person = find_person(ctx.session, passkeys.check(ctx, paper, answer).person_id)
    if person is None:
        raise PasskeyRefusedError
    return _accept(ctx, person, "passkey")


def _accept(ctx: Context, person: Person, by: str) -> SignIn:
    clear_failures(ctx, person.email, Guarded.SECOND_FACTOR)
    return accept(ctx, person, by)
