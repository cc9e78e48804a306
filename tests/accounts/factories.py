"""People, valid unless told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.passwords import hash_password

PASSWORD = "横展みほん-correct horse"
_numbers = count(1)


def make_person(session: Session, *, email: str = "", name: str = "見本 花子", disabled: bool = False) -> Person:
    """Store a person who can sign in with PASSWORD."""
    person = Person(
        email=email or f"person{next(_numbers)}@example.lg.jp",
        name=name,
        password_hash=hash_password(PASSWORD),
        created_at=datetime(2026, 4, 1, tzinfo=UTC),
        disabled_at=datetime(2026, 5, 1, tzinfo=UTC) if disabled else None,
    )
    session.add(person)
    session.flush()
    return person
