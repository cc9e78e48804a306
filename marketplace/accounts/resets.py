"""Sets a new password by a link in a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from marketplace.accounts.errors import (
    MailUnavailableError,
    ResetLinkInvalidError,
    ResetThrottledError,
    SignInThrottledError,
)
from marketplace.accounts.inputs import PasswordInput, normalise_email
from marketplace.accounts.letters import PASSWORD_CHANGED, RESET_MINUTES, send_reset_link, tell_of_change
from marketplace.accounts.models import Guarded, PasswordReset, Person
from marketplace.accounts.passwords import hash_password
from marketplace.accounts.queries import find_person_by_email
from marketplace.accounts.sessions import end_sessions_of
from marketplace.accounts.throttle import clear_failures, find_throttling, note_failure
from marketplace.audit import services as audit
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.kernel.mail import Delivery

VALID_FOR = timedelta(minutes=RESET_MINUTES)


def request_reset(ctx: Context, email: str) -> ResetThrottledError | SignInThrottledError | None:
    """Write a mail if the address belongs to somebody; the caller learns nothing of that.

    The refusal is returned, for the request has to stay counted. Raises MailUnavailableError.
    """
    if ctx.ports.mailer.delivery is Delivery.NONE:
        raise MailUnavailableError
    normalised = normalise_email(email)
    throttled = find_throttling(ctx, normalised, Guarded.RESET)
    if throttled is not None:
        return throttled
    note_failure(ctx, normalised, Guarded.RESET)
    person = find_person_by_email(ctx.session, normalised)
    known = person is not None and person.disabled_at is None
    audit.record(ctx, "password-reset.requested", f"person:{person.id if person and known else ''}")
    if person is not None and known:
        _send_link(ctx, person)
    return None


def is_reset_open(ctx: Context, secret: str) -> bool:
    """Tell whether a link can still be used."""
    return _find_owner(ctx, secret) is not None


def reset_password(ctx: Context, secret: str, new: str) -> None:
    """Set a new password, end all sessions and use up the link. Raises ResetLinkInvalidError or ValidationError."""
    person = _find_owner(ctx, secret)
    if person is None:
        raise ResetLinkInvalidError(minutes=RESET_MINUTES)
    data: dict[str, Any] = PasswordInput().load({"password": new})
    used = delete(PasswordReset).where(PasswordReset.secret_hash == hash_secret(secret))
    if ctx.session.scalar(used.returning(PasswordReset.person_id)) is None:
        raise ResetLinkInvalidError(minutes=RESET_MINUTES)  # Somebody was quicker.
    ctx.session.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    person.password_hash = hash_password(data["password"])
    ctx.session.flush()
    ended = end_sessions_of(ctx.session, person.id)
    clear_failures(ctx, person.email)
    audit.record(ctx, "person.password-reset", f"person:{person.id}", sessions_ended=ended)
    tell_of_change(ctx, person, PASSWORD_CHANGED)


def forget_old_resets(ctx: Context) -> None:
    """Delete the links that can't be used any more."""
    ctx.session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= ctx.now()))


def _send_link(ctx: Context, person: Person) -> None:
    secret = new_secret()
    expires_at = ctx.now() + VALID_FOR
    ctx.session.add(PasswordReset(secret_hash=hash_secret(secret), person_id=person.id, expires_at=expires_at))
    send_reset_link(ctx, person, secret)


def _find_owner(ctx: Context, secret: str) -> Person | None:
    return ctx.session.scalar(
        select(Person)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(
            PasswordReset.secret_hash == hash_secret(secret),
            PasswordReset.expires_at > ctx.now(),
            Person.disabled_at.is_(None),
        )
    )
