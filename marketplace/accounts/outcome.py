"""How a sign-in ended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.accounts.errors import (
    ResetThrottledError,
    SecondFactorRefusedError,
    SignInRefusedError,
    SignInThrottledError,
    WrongPasswordError,
)
from marketplace.accounts.models import Person
from marketplace.audit import services as audit
from marketplace.kernel.actor import ActorKind
from marketplace.kernel.context import Context

Refusal = (
    SignInRefusedError | SignInThrottledError | ResetThrottledError | SecondFactorRefusedError | WrongPasswordError
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """With a person, or with the refusal to show, or half of the way with a person who owes a second factor."""

    person: Person | None = None
    refusal: Refusal | None = None
    halfway: Person | None = None
    """The password was right; nothing is open yet."""


def accept(ctx: Context, person: Person, by: str) -> SignIn:
    """Note who has signed in, and by what."""
    audit.record(as_person(ctx, person), "sign-in.accepted", f"person:{person.id}", by=by)
    return SignIn(person=person)


def as_person(ctx: Context, person: Person) -> Context:
    """Return the context with the newcomer as its actor, for the log alone; no permissions come with it."""
    actor = replace(ctx.actor, kind=ActorKind.PERSON, person_id=person.id, name=person.name)
    return replace(ctx, actor=actor)
