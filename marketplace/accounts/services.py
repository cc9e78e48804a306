"""Registers people, lets them sign in, changes passwords, disables accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from marketplace.accounts.errors import EmailTakenError, SignInRefusedError, SignInThrottledError, WrongPasswordError
from marketplace.accounts.inputs import MAX_PASSWORD, PasswordInput, PersonInput, normalise_email
from marketplace.accounts.models import Person
from marketplace.accounts.passwords import hash_password, is_outdated, matches
from marketplace.accounts.policy import require_registrar, require_self, require_self_or_system, require_system
from marketplace.accounts.queries import find_person, find_person_by_email
from marketplace.accounts.throttle import clear_failures, find_throttling, note_failure
from marketplace.audit import services as audit
from marketplace.kernel.actor import ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a sign-in ended: with a person, or with the refusal to show."""

    person: Person | None = None
    refusal: SignInRefusedError | SignInThrottledError | None = None


def create_person(ctx: Context, email: str, name: str, password: str) -> Person:
    """Register a person, who belongs to no municipality yet. Raises ValidationError or EmailTakenError."""
    require_registrar(ctx.actor)
    data: dict[str, Any] = PersonInput().load({"email": email, "name": name, "password": password})
    if find_person_by_email(ctx.session, data["email"]) is not None:
        raise EmailTakenError
    person = Person(
        email=data["email"],
        name=data["name"],
        password_hash=hash_password(data["password"]),
        created_at=ctx.now(),
    )
    ctx.session.add(person)
    ctx.session.flush()  # Members and the log refer to the id.
    audit.record(ctx, "person.created", f"person:{person.id}")
    return person


def authenticate(ctx: Context, email: str, password: str) -> SignIn:
    """Tell who signs in.

    The refusal is returned and not raised: raising would roll back the very failure that has been counted, and
    guesses would be free. The caller shows it and lets the transaction commit.
    """
    normalised = normalise_email(email)
    throttled = find_throttling(ctx, normalised)
    if throttled is not None:
        return SignIn(refusal=throttled)
    person = find_person_by_email(ctx.session, normalised)
    usable = person if person is not None and person.disabled_at is None else None
    # An overlong password is cut, not measured: hashing megabytes would be a way to keep us busy.
    right = matches(usable.password_hash if usable else None, password[: MAX_PASSWORD + 1])
    if usable is None or not right:
        note_failure(ctx, normalised)
        subject = f"person:{person.id}" if person else "person:"
        audit.record(ctx, "sign-in.refused", subject)
        return SignIn(refusal=SignInRefusedError())
    clear_failures(ctx, normalised)
    if is_outdated(usable.password_hash):
        usable.password_hash = hash_password(password)
    audit.record(_as_person(ctx, usable), "sign-in.accepted", f"person:{usable.id}")
    return SignIn(person=usable)


def change_password(ctx: Context, present: str, new: str) -> None:
    """Replace the caller's own password. Raises WrongPasswordError or ValidationError."""
    person = find_person(ctx.session, require_self(ctx.actor))
    if person is None:
        raise NotFoundError
    if not matches(person.password_hash, present[: MAX_PASSWORD + 1]):
        raise WrongPasswordError
    data: dict[str, Any] = PasswordInput().load({"password": new})
    person.password_hash = hash_password(data["password"])
    ctx.session.flush()
    audit.record(ctx, "person.password-changed", f"person:{person.id}")


def replace_password(ctx: Context, person_id: str, new: str) -> None:
    """Give a person a new password without knowing the present one; only the service itself may. Ends all sessions.

    Raises NotFoundError, ForbiddenError or ValidationError.
    """
    require_system(ctx.actor)
    person = find_person(ctx.session, person_id)
    if person is None:
        raise NotFoundError
    data: dict[str, Any] = PasswordInput().load({"password": new})
    person.password_hash = hash_password(data["password"])
    ctx.session.flush()
    audit.record(ctx, "person.password-replaced", f"person:{person.id}")


def disable_person(ctx: Context, person_id: str) -> None:
    """Close an account for good; what its municipality owns stays."""
    require_self_or_system(ctx.actor, person_id)
    person = find_person(ctx.session, person_id)
    if person is None:
        raise NotFoundError
    person.disabled_at = ctx.now()
    ctx.session.flush()
    audit.record(ctx, "person.disabled", f"person:{person.id}")


def _as_person(ctx: Context, person: Person) -> Context:
    """Return the context with the newcomer as its actor, for the log alone; no permissions come with it."""
    actor = replace(ctx.actor, kind=ActorKind.PERSON, person_id=person.id, name=person.name)
    return replace(ctx, actor=actor)
