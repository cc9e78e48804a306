"""Finds people."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.inputs import is_email, normalise_email
from marketplace.accounts.models import Person


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
