"""Asks somebody who is signed in for their password once more, before what a stranger at their desk must not do."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.accounts.errors import WrongPasswordError
from marketplace.accounts.inputs import MAX_PASSWORD
from marketplace.accounts.models import Guarded, Person
from marketplace.accounts.outcome import Refusal
from marketplace.accounts.passwords import matches
from marketplace.accounts.queries import get_self
from marketplace.accounts.throttle import clear_failures, find_throttling, note_failure
from marketplace.audit import services as audit
from marketplace.kernel.context import Context


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The person whose password was right, or the refusal to show; the failure stays counted, so nothing is raised."""

    person: Person | None = None
    refusal: Refusal | None = None


def confirm_password(ctx: Context, typed: str) -> Confirmation:
    """Tell whether the caller knows their password."""
    person = get_self(ctx)
    throttled = find_throttling(ctx, person.email, Guarded.CONFIRMATION)
    if throttled is not None:
        return Confirmation(refusal=throttled)
    if not matches(person.password_hash, typed[: MAX_PASSWORD + 1]):
        note_failure(ctx, person.email, Guarded.CONFIRMATION)
        audit.record(ctx, "person.password-wrong", f"person:{person.id}")
        return Confirmation(refusal=WrongPasswordError())
    clear_failures(ctx, person.email, Guarded.CONFIRMATION)
    return Confirmation(person=person)
