"""Municipalities, members and the actors they become."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor, ActorKind
from marketplace.municipalities.codes import check_digit
from marketplace.municipalities.models import Membership, Municipality, MunicipalityType
from marketplace.municipalities.roles import PERMISSIONS, Role
from tests.accounts.factories import make_person

MIHON = "992011"
_numbers = count(99500)
"""Beside the codes that tests name."""


def fictitious_code() -> str:
    """A code that no real municipality has, with its right check digit."""
    five = f"{next(_numbers):05d}"
    return f"{five}{check_digit(five)}"


def make_municipality(
    session: Session,
    code: str = "",
    *,
    name: str = "みほん市",
    prefecture: str = "架空県",
    active: bool = True,
    population: int | None = 42000,
) -> Municipality:
    """Store a fictitious municipality, or return the one of this code; みほん市 is verified, as in the demo."""
    code = code or fictitious_code()
    found = session.get(Municipality, code)
    if found is None:
        found = Municipality(
            code=code,
            prefecture=prefecture,
            name=name,
            kana="みほんし",
            type=MunicipalityType.CITY,
            population=population,
            size_class="S4",
            region="架空地方",
            active=active,
            fictitious=True,
            verified_at=datetime(2026, 4, 1, tzinfo=UTC) if code == MIHON else None,
            verified_by="運営" if code == MIHON else None,
        )
        session.add(found)
        session.flush()
    return found


def make_member(
    session: Session, municipality_code: str, role: Role | str = Role.ADMIN, *, person_id: str | None = None
) -> Membership:
    """Store a membership; its person and its municipality are made when they are not there."""
    make_municipality(session, municipality_code)
    membership = Membership(
        person_id=person_id or make_person(session).id,
        municipality_code=municipality_code,
        role=Role(role),
        joined_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    session.add(membership)
    session.flush()
    return membership


def actor_for(role: Role | str, municipality_code: str, person_id: str = "person-of-test") -> Actor:
    """The caller that a member in this role is; nothing is stored."""
    return Actor(
        kind=ActorKind.PERSON,
        person_id=person_id,
        municipality_code=municipality_code,
        permissions=PERMISSIONS[Role(role)],
        address="192.0.2.10",
        name="見本 花子",
    )
