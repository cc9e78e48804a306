"""Slows guessing down: each further failure makes the next try wait longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from marketplace.accounts.errors import ResetThrottledError, SignInThrottledError
from marketplace.accounts.inputs import is_email
from marketplace.accounts.models import Guarded, SignInFailure
from marketplace.db.types import UtcDateTime
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret

COUNTED_FOR = timedelta(hours=12)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Free:
    """Failures without a wait."""

    by_email: int
    by_address: int
    """A whole municipality often reaches us from one address."""


FREE: dict[Guarded, Free] = {
    Guarded.SIGN_IN: Free(5, 50),
    Guarded.SECOND_FACTOR: Free(5, 50),
    Guarded.CONFIRMATION: Free(5, 50),
    Guarded.RESET: Free(3, 30),
}


def find_throttling(
    ctx: Context, email: str, purpose: Guarded = Guarded.SIGN_IN
) -> SignInThrottledError | ResetThrottledError | None:
    """Return the refusal if the next try, for this e-mail address or from this network, comes too soon."""
    free = FREE[purpose]
    waits = [_wait(ctx, purpose, SignInFailure.email_hash == _key(email), free.by_email)]
    if ctx.actor.address:
        waits.append(_wait(ctx, purpose, SignInFailure.address == ctx.actor.address, free.by_address))
    longest = max(waits)
    if not longest:
        return None
    kind = ResetThrottledError if purpose is Guarded.RESET else SignInThrottledError
    return kind(retry_after=max(1, round(longest.total_seconds())))


def note_failure(ctx: Context, email: str, purpose: Guarded = Guarded.SIGN_IN) -> None:
    """Count a wrong guess."""
    ctx.session.add(SignInFailure(email_hash=_key(email), address=ctx.actor.address, purpose=purpose, at=ctx.now()))
    ctx.session.flush()  # The next try in the same session must count it.


def clear_failures(ctx: Context, email: str, purpose: Guarded = Guarded.SIGN_IN) -> None:
    """Forget the failures of an address whose owner has got it right."""
    ctx.session.execute(
        delete(SignInFailure).where(SignInFailure.email_hash == _key(email), SignInFailure.purpose == purpose)
    )


def forget_old_failures(ctx: Context) -> int:
    """Delete the failures that no longer count and return how many they were."""
    old = delete(SignInFailure).where(SignInFailure.at <= ctx.now() - COUNTED_FOR)
    return len(ctx.session.execute(old.returning(SignInFailure.id)).all())


def _key(email: str) -> str:
    """Return the hash under which the guesses for an address are counted; all that is no address counts as one."""
    return hash_secret(email if is_email(email) else "")


def _wait(ctx: Context, purpose: Guarded, which: ColumnElement[bool], free: int) -> timedelta:
    now = ctx.now()
    newest = func.max(SignInFailure.at, type_=UtcDateTime)
    counted = (which, SignInFailure.purpose == purpose, SignInFailure.at > now - COUNTED_FOR)
    row = ctx.session.execute(select(func.count(), newest).where(*counted).select_from(SignInFailure)).one()
    failures, last = int(row[0]), row[1]
    if last is None or failures < free:
        return timedelta()
    return max(timedelta(), _next_try(failures - free, last) - now)


def _next_try(excess: int, last: datetime) -> datetime:
    """Return when the next try counts: 30 s after the last free failure, then twice as long each time."""
    doublings = min(excess, 10)
    return last + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
