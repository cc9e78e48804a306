"""Finds people."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.inputs import is_email, normalise_email
from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_self
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError


def find_person(session: Session, person_id: str) -> Person | None:
    """Return the person unless there is none or the account is disabled."""
    # PostgreSQL fails on a NUL inside a text, and no id has one.
    person = session.get(Person, person_id) if person_id.isprintable() else None
    return person if person is not None and person.disabled_at is None else None


def find_person_by_email(session: Session, email: str) -> Person | None:
    """Return the person of an e-mail address, disabled or not."""
    normalised = normalise_email(email)
    if not is_email(normalised):
        return None
    return session.scalar(select(Person).where(Person.email == normalised))


def names_of(session: Session, person_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of people by their ids, disabled or not; for those who have checked the caller."""
    wanted = select(Person.id, Person.name).where(Person.id.in_(set(person_ids)))
    return {row.id: row.name for row in session.execute(wanted)}


def people_named(session: Session, text: str, most: int = 200) -> list[str]:
    """Return the ids of people with a text in their names; for those who show nothing of them but what they may see."""
    named = func.lower(Person.name).contains(text.lower(), autoescape=True)
    return list(session.scalars(select(Person.id).where(named).order_by(Person.id).limit(most)))


def get_self(ctx: Context) -> Person:
    """Return the signed-in person. Raises UnauthenticatedError or NotFoundError."""
    person = find_person(ctx.session, require_self(ctx.actor))
    if person is None:
        raise NotFoundError
    return person
