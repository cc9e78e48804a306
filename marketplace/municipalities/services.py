"""Loads the master list, adds fictitious municipalities, and manages members."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_person
from marketplace.audit import services as audit
from marketplace.kernel.context import Context
from marketplace.municipalities.codes import TRYOUT_CODE, is_valid_code
from marketplace.municipalities.errors import (
    CodeInvalidError,
    CodeTakenError,
    LastAdminError,
    MemberExistsError,
    MemberNotFoundError,
    MunicipalityInactiveError,
    MunicipalityNotFoundError,
)
from marketplace.municipalities.inputs import RoleInput
from marketplace.municipalities.master import FILE, MasterRow, digest_of_master, parse_master, read_master
from marketplace.municipalities.models import MasterLoad, Membership, Municipality, MunicipalityType
from marketplace.municipalities.policy import require_may_grant, require_may_remove, require_member_manager
from marketplace.municipalities.roles import Role


@dataclass(frozen=True, slots=True)
class FictitiousMunicipality:
    """An invented municipality for demonstrations; the code needs a right check digit."""

    code: str
    prefecture: str
    name: str
    kana: str
    population: int | None = None
    size_class: str | None = None
    region: str = ""
    type: MunicipalityType = MunicipalityType.CITY


def load_master(session: Session, data: bytes | None = None) -> int:
    """Bring the table in line with the master list and return how many rows changed.

    A list that has been loaded already costs one query. Municipalities that left the list stay, inactive: what they
    own must not vanish.
    """
    data = read_master() if data is None else data
    digest = digest_of_master(data)
    load = session.get(MasterLoad, FILE)
    if load is not None and load.digest == digest:
        return 0
    changed = _apply_rows(session, list(parse_master(data)))
    if load is None:
        session.add(MasterLoad(file=FILE, digest=digest))
    else:
        load.digest = digest
    session.flush()
    return changed


def add_fictitious(session: Session, wanted: FictitiousMunicipality) -> Municipality:
    """Add an invented municipality, or return it if it is there. Raises CodeInvalidError or CodeTakenError."""
    if not is_valid_code(wanted.code):
        raise CodeInvalidError
    found = session.get(Municipality, wanted.code)
    if found is not None and not found.fictitious:
        raise CodeTakenError
    if found is None:
        found = Municipality(**asdict(wanted), fictitious=True)
        session.add(found)
        session.flush()  # Members and workspaces refer to the code.
    return found


def lock_owner_of_tryouts(session: Session) -> Municipality:
    """Return the row that owns try-outs, made by the first of them; those who start one at once wait for each other."""
    found = session.scalar(select(Municipality).where(Municipality.code == TRYOUT_CODE).with_for_update())
    if found is None:
        found = Municipality(
            code=TRYOUT_CODE,
            prefecture="",
            name="お試し",
            kana="おためし",
            type=MunicipalityType.OPERATOR,
            region="",
            active=False,
            fictitious=True,
        )
        session.add(found)
        session.flush()  # Of two who add it at once, the key refuses one.
    return found


def add_member(ctx: Context, municipality_code: str, person_id: str, role: str) -> Membership:
    """Let a registered person act for a municipality."""
    require_member_manager(ctx.actor, municipality_code)
    granted = _read_role(role)
    require_may_grant(ctx.actor, municipality_code, granted)
    municipality = lock_municipality(ctx.session, municipality_code)
    if not municipality.active:
        raise MunicipalityInactiveError
    if find_person(ctx.session, person_id) is None:
        raise MemberNotFoundError
    return enter_member(ctx, municipality_code, person_id, granted)


def enter_member(ctx: Context, municipality_code: str, person_id: str, role: Role) -> Membership:
    """Write a membership down, for those who have checked the caller and locked the municipality."""
    if ctx.session.get(Membership, (person_id, municipality_code)) is not None:
        raise MemberExistsError
    membership = Membership(person_id=person_id, municipality_code=municipality_code, role=role, joined_at=ctx.now())
    ctx.session.add(membership)
    ctx.session.flush()  # The unique key decides between two who add the same person.
    _record(ctx, "member.added", membership)
    return membership


def change_role(ctx: Context, municipality_code: str, person_id: str, role: str) -> Membership:
    """Give a member another role. Raises LastAdminError if no administrator would remain."""
    require_member_manager(ctx.actor, municipality_code)
    granted = _read_role(role)
    require_may_grant(ctx.actor, municipality_code, granted)
    lock_municipality(ctx.session, municipality_code)
    membership = _get_membership(ctx.session, municipality_code, person_id)
    before = membership.role
    if granted is not Role.ADMIN:
        _require_another_admin(ctx.session, membership)
    membership.role = granted
    ctx.session.flush()
    _record(ctx, "member.role-changed", membership, before=before.value)
    return membership


def remove_member(ctx: Context, municipality_code: str, person_id: str) -> None:
    """End a membership; all that the member made for the municipality stays with it. Raises LastAdminError."""
    require_may_remove(ctx.actor, municipality_code, person_id)
    lock_municipality(ctx.session, municipality_code)
    membership = _get_membership(ctx.session, municipality_code, person_id)
    _require_another_admin(ctx.session, membership)
    ctx.session.delete(membership)
    ctx.session.flush()
    _record(ctx, "member.removed", membership)


def lock_municipality(session: Session, code: str) -> Municipality:
    """Make those who change members of one municipality at once wait for each other.

    Raises MunicipalityNotFoundError.
    """
    found = session.scalar(select(Municipality).where(Municipality.code == code).with_for_update())
    if found is None:
        raise MunicipalityNotFoundError
    return found


def _apply_rows(session: Session, rows: list[MasterRow]) -> int:
    """Insert what is new, update what differs, and retire what is gone."""
    known = {row.code: row for row in session.scalars(select(Municipality))}
    changed = 0
    for row in rows:
        values = asdict(row)
        present = known.pop(row.code, None)
        if present is None:
            session.add(Municipality(**values, fictitious=False))
        elif all(getattr(present, name) == value for name, value in values.items()) and not present.fictitious:
            continue
        else:
            for name, value in values.items():
                setattr(present, name, value)
            present.fictitious = False
        changed += 1
    for gone in known.values():
        if gone.active and not gone.fictitious:
            gone.active = False
            changed += 1
    return changed


def _read_role(role: str) -> Role:
    data: dict[str, Any] = RoleInput().load({"role": role})
    granted: Role = data["role"]
    return granted


def _get_membership(session: Session, code: str, person_id: str) -> Membership:
    membership = session.get(Membership, (person_id, code), populate_existing=True) if person_id.isprintable() else None
    if membership is None:
        raise MemberNotFoundError
    return membership


def _require_another_admin(session: Session, membership: Membership) -> None:
    """Refuse to take the last administrator away; those with a disabled account do not count."""
    if membership.role is not Role.ADMIN:
        return
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.municipality_code == membership.municipality_code,
            Membership.person_id != membership.person_id,
            Membership.role == Role.ADMIN,
            Person.disabled_at.is_(None),
        )
    )
    if not others:
        raise LastAdminError


def _record(ctx: Context, act: str, membership: Membership, **facts: object) -> None:
    audit.record(
        ctx,
        act,
        f"person:{membership.person_id}",
        municipality_code=membership.municipality_code,
        role=membership.role.value,
        **facts,
    )
