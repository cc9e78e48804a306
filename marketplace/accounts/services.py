"""Registers people, lets them sign in, changes passwords, disables accounts."""

from __future__ import annotations

from typing import Any

from marketplace.accounts.confirming import confirm_password
from marketplace.accounts.errors import EmailTakenError, SignInRefusedError
from marketplace.accounts.factors.queries import has_factor
from marketplace.accounts.inputs import MAX_PASSWORD, NameInput, PasswordInput, PersonInput, normalise_email
from marketplace.accounts.letters import PASSWORD_CHANGED, tell_of_change
from marketplace.accounts.models import Person
from marketplace.accounts.outcome import Refusal, SignIn, accept
from marketplace.accounts.passwords import hash_password, is_outdated, matches
from marketplace.accounts.policy import require_registrar, require_self_or_system, require_system
from marketplace.accounts.queries import find_person, find_person_by_email, get_self
from marketplace.accounts.sessions import end_sessions_of, keep_after_new_password, keep_through_new_hash
from marketplace.accounts.throttle import clear_failures, find_throttling, note_failure
from marketplace.audit import services as audit
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Language


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
        keep_through_new_hash(ctx.session, usable, hash_password(password))
    if has_factor(ctx.session, usable.id):
        return SignIn(halfway=usable)
    return accept(ctx, usable, "password")


def change_password(ctx: Context, present: str, new: str, kept_session: str | None = None) -> Refusal | None:
    """Replace the caller's own password and end their sessions but one.

    A wrong present password is returned, for it has to stay counted. Raises ValidationError.
    """
    data: dict[str, Any] = PasswordInput().load({"password": new})
    tried = confirm_password(ctx, present)
    if tried.person is None:
        return tried.refusal
    person = tried.person
    person.password_hash = hash_password(data["password"])
    ctx.session.flush()
    keep_after_new_password(ctx.session, person, kept_session)
    audit.record(ctx, "person.password-changed", f"person:{person.id}")
    tell_of_change(ctx, person, PASSWORD_CHANGED)
    return None


def change_name(ctx: Context, name: str) -> None:
    """Change the caller's own name. Raises ValidationError."""
    person = get_self(ctx)
    data: dict[str, Any] = NameInput().load({"name": name})
    person.name = data["name"]
    ctx.session.flush()
    audit.record(ctx, "person.renamed", f"person:{person.id}")


def choose_language(ctx: Context, language: Language) -> None:
    """Keep the language in which the caller wants pages and mails."""
    person = get_self(ctx)
    if person.language != language.value:
        person.language = language.value
        ctx.session.flush()
        audit.record(ctx, "person.language-chosen", f"person:{person.id}", language=language.value)


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
    end_sessions_of(ctx.session, person.id)
    audit.record(ctx, "person.password-replaced", f"person:{person.id}")


def disable_person(ctx: Context, person_id: str) -> None:
    """Close an account for good; what its municipality owns stays."""
    require_self_or_system(ctx.actor, person_id)
    person = find_person(ctx.session, person_id)
    if person is None:
        raise NotFoundError
    person.disabled_at = ctx.now()
    ctx.session.flush()
    end_sessions_of(ctx.session, person.id)
    audit.record(ctx, "person.disabled", f"person:{person.id}")
