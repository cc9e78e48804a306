"""Authenticator apps (TOTP, RFC 6238): set up, asked for, removed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hmac import compare_digest

from pyotp import TOTP, random_base32
from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from marketplace.accounts.errors import AuthenticatorCodeWrongError, AuthenticatorExistsError
from marketplace.accounts.factors.models import Authenticator
from marketplace.accounts.factors.papers import read_paper, write_paper
from marketplace.accounts.factors.recovery import plain_code
from marketplace.kernel.context import Context
from marketplace.kernel.vault import VaultError

STEP_SECONDS = 30
DIGITS = 6
TOLERATED_STEPS = 1
"""Clocks may be so many half minutes apart."""
ISSUER = "Yokoten"
PAPER = "authenticator"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app has to be told, and the paper that carries it to the next step."""

    secret: str
    address: str
    """An `otpauth` address, for a QR code."""
    paper: str


def begin_enrolment(ctx: Context, person_id: str, email: str) -> Enrolment:
    """Make a secret; it counts for nothing before a code of it was entered. Raises AuthenticatorExistsError."""
    _require_none(ctx.session, person_id)
    secret = random_base32()
    return Enrolment(secret, _address(secret, email), write_paper(ctx, PAPER, person_id, secret))


def resume_enrolment(ctx: Context, person_id: str, email: str, paper: str) -> Enrolment:
    """Return what a paper holds, to be shown again. Raises PageExpiredError."""
    secret = read_paper(ctx, PAPER, person_id, paper)
    return Enrolment(secret, _address(secret, email), paper)


def enrol(ctx: Context, person_id: str, paper: str, code: str) -> None:
    """Keep the app whose code was entered; that code is used up.

    Raises PageExpiredError, AuthenticatorExistsError or AuthenticatorCodeWrongError.
    """
    secret = read_paper(ctx, PAPER, person_id, paper)
    _require_none(ctx.session, person_id)
    step = matching_step(secret, code, _step_now(ctx))
    if step is None:
        raise AuthenticatorCodeWrongError
    sealed = ctx.ports.vault.seal(secret)
    ctx.session.add(Authenticator(person_id=person_id, sealed_secret=sealed, created_at=ctx.now(), last_step=step))
    ctx.session.flush()


def use_totp(ctx: Context, person_id: str, code: str) -> bool:
    """Tell whether a code is right; it and all older ones are used up then, also for another request at once."""
    app = ctx.session.get(Authenticator, person_id)
    if app is None:
        return False
    try:
        secret = ctx.ports.vault.unseal(app.sealed_secret)
    except VaultError:
        log.exception("The authenticator of person %s can't be read: its key is missing", person_id)
        return False
    step = matching_step(secret, code, _step_now(ctx))
    if step is None:
        return False
    newer = update(Authenticator).where(Authenticator.person_id == person_id, Authenticator.last_step < step)
    result = ctx.session.execute(newer.values(last_step=step), execution_options={"synchronize_session": "fetch"})
    return isinstance(result, CursorResult) and result.rowcount == 1


def matching_step(secret: str, code: str, now: int) -> int | None:
    """Return the half minute whose code was typed, of those that the clocks may be apart."""
    typed = plain_code(code)
    if len(typed) != DIGITS or not typed.isascii():
        return None
    totp = _totp(secret)
    steps = range(max(0, now - TOLERATED_STEPS), now + TOLERATED_STEPS + 1)
    return next((step for step in steps if compare_digest(totp.at(step * STEP_SECONDS), typed)), None)


def _require_none(session: Session, person_id: str) -> None:
    if session.get(Authenticator, person_id) is not None:
        raise AuthenticatorExistsError


def _address(secret: str, email: str) -> str:
    return _totp(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def _totp(secret: str) -> TOTP:
    return TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)


def _step_now(ctx: Context) -> int:
    return int(ctx.now().timestamp()) // STEP_SECONDS
