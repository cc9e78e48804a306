"""Finds municipalities and members, and works out what a person may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from marketplace.accounts.factors.queries import factor_of
from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_self
from marketplace.kernel.actor import Actor, ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page, read_cursor, write_cursor
from marketplace.municipalities.codes import OPERATOR_CODE, is_valid_code
from marketplace.municipalities.errors import MemberNotFoundError, MunicipalityNotFoundError
from marketplace.municipalities.models import Membership, Municipality, MunicipalityType
from marketplace.municipalities.policy import may_be_granted, require_member, require_member_manager
from marketplace.municipalities.roles import Role, permissions_of


@dataclass(frozen=True, slots=True)
class MunicipalityFilter:
    """Which municipalities to list; None leaves a property open."""

    prefecture: str | None = None
    size_class: str | None = None
    type: MunicipalityType | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the municipality's own people see them."""

    person_id: str
    name: str
    email: str
    role: Role
    joined_at: datetime
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class OwnMembership:
    """A municipality somebody acts for."""

    code: str
    municipality: str
    role: Role
    joined_at: datetime


def find_municipality(ctx: Context, code: str) -> Municipality | None:
    """Return the municipality of a code, active or not, or the operator."""
    if code != OPERATOR_CODE and not is_valid_code(code):
        return None
    return ctx.session.get(Municipality, code)


def get_municipality(ctx: Context, code: str) -> Municipality:
    """Return the municipality of a code. Raises MunicipalityNotFoundError."""
    municipality = find_municipality(ctx, code)
    if municipality is None:
        raise MunicipalityNotFoundError
    return municipality


def list_municipalities(
    ctx: Context, wanted: MunicipalityFilter | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Municipality]:
    """Return the active municipalities in the order of their codes, without the operator."""
    wanted = wanted or MunicipalityFilter()
    size = max(1, min(limit, MAX_LIMIT))
    rows = select(Municipality).where(Municipality.active, Municipality.type != MunicipalityType.OPERATOR)
    for column, value in (
        (Municipality.prefecture, wanted.prefecture),
        (Municipality.size_class, wanted.size_class),
        (Municipality.type, wanted.type),
    ):
        if value is not None:
            rows = rows.where(column == value)
    if cursor is not None:
        rows = rows.where(Municipality.code > str(read_cursor(cursor, 1)[0]))
    found = list(ctx.session.scalars(rows.order_by(Municipality.code).limit(size + 1)))
    return Page(found[:size], write_cursor((found[size - 1].code,)) if len(found) > size else None)


def list_members(ctx: Context, code: str) -> list[Member]:
    """Return the members of the caller's municipality by name; disabled accounts are left out."""
    require_member(ctx.actor, code)
    return find_members(ctx.session, code)


def get_member(ctx: Context, code: str, person_id: str) -> Member:
    """Return one member to whoever decides about members. Raises MemberNotFoundError."""
    require_member_manager(ctx.actor, code)
    found = find_members(ctx.session, code, person_id) if person_id.isprintable() else []
    if not found:
        raise MemberNotFoundError
    return found[0]


def grantable_roles(code: str) -> list[Role]:
    """Return the roles that administrators of a municipality may give."""
    return [role for role in Role if may_be_granted(code, role)]


def find_members(session: Session, code: str, person_id: str | None = None) -> list[Member]:
    """Return the members of a municipality by name, or the one of a person; for those who have checked the caller."""
    rows = (
        select(Membership, Person, factor_of(Person.id))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.municipality_code == code, Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    if person_id is not None:
        rows = rows.where(Membership.person_id == person_id)
    return [
        Member(person.id, person.name, person.email, membership.role, membership.joined_at, has_factor)
        for membership, person, has_factor in session.execute(rows)
    ]


def list_own_memberships(ctx: Context) -> list[OwnMembership]:
    """Return for which municipalities the caller may act, the oldest first."""
    rows = (
        select(Membership, Municipality)
        .join(Municipality, Municipality.code == Membership.municipality_code)
        .where(Membership.person_id == require_self(ctx.actor), Municipality.active)
        .order_by(Membership.joined_at, Membership.municipality_code)
    )
    return [
        OwnMembership(municipality.code, municipality.full_name, membership.role, membership.joined_at)
        for membership, municipality in ctx.session.execute(rows)
    ]


def actor_of_person(session: Session, person: Person, address: str, municipality_code: str | None = None) -> Actor:
    """Return the caller that a signed-in person is at this moment; rights come from the membership as it is now.

    Of several memberships the wanted one counts, else the oldest. Without any the person is signed in but
    acts for no municipality, and so does a member without the second factor that the municipality requires.
    A disabled person is a stranger.
    """
    if person.disabled_at is not None:
        return Actor(kind=ActorKind.ANONYMOUS, address=address)
    rows = (
        select(Membership, and_(Municipality.second_factor_required_at.is_not(None), ~factor_of(Membership.person_id)))
        .join(Municipality, Municipality.code == Membership.municipality_code)
        .where(Membership.person_id == person.id, Municipality.active)
        .order_by(Membership.joined_at, Membership.municipality_code)
    )
    memberships = list(session.execute(rows))
    wanted = [one for one in memberships if one[0].municipality_code == municipality_code]
    chosen, owes_factor = next(iter(wanted + memberships), (None, False))
    if owes_factor:
        chosen = None
    return Actor(
        kind=ActorKind.PERSON,
        person_id=person.id,
        municipality_code=chosen.municipality_code if chosen else None,
        permissions=permissions_of(chosen.role, chosen.municipality_code) if chosen else frozenset(),
        address=address,
        name=person.name,
        owes_second_factor=owes_factor,
    )
