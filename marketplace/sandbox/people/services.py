"""Adds and changes the users, groups and organisations of a site; whoever calls has checked who may."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.sandbox.caller import EVERYONE
from marketplace.sandbox.models import Principal, PrincipalKind, SiteUser
from marketplace.sandbox.people.errors import (
    BuiltInGroupError,
    BuiltInUserError,
    OrganizationLoopError,
    PeopleCodeTakenError,
    PrimaryOrganizationError,
    PrincipalNotFoundError,
    SiteUserNotFoundError,
)
from marketplace.sandbox.people.models import PrincipalMember
from marketplace.sandbox.people.standing import read_parents, with_above
from marketplace.sandbox.sites import ADMINISTRATOR


def add_user(session: Session, site_id: str, code: str, name: str, *, is_admin: bool = False) -> SiteUser:
    """Add a user, who has no password yet. Raises PeopleCodeTakenError."""
    if session.get(SiteUser, (site_id, code)) is not None:
        raise PeopleCodeTakenError(code=code)
    user = SiteUser(site_id=site_id, code=code, name=name, is_admin=is_admin)
    session.add(user)
    session.flush()  # memberships refer to it
    return user


def change_user(session: Session, site_id: str, code: str, *, name: str, is_admin: bool) -> SiteUser:
    """Give a user another name and rank; a member's rank follows their role. Raises SiteUserNotFoundError."""
    user = changeable_user(session, site_id, code)
    user.name = name
    if user.person_id is None:
        user.is_admin = is_admin
    session.flush()
    return user


def renew_password(session: Session, site_id: str, code: str) -> str:
    """Give a user a new password and return it; it is kept only as a hash. Raises SiteUserNotFoundError."""
    user = changeable_user(session, site_id, code)
    password = new_secret()
    user.password_hash = hash_secret(password)
    session.flush()
    return password


def disable_user(session: Session, site_id: str, code: str, now: datetime) -> SiteUser:
    """Keep a user from calling the site and from being chosen; records keep the name. Raises SiteUserNotFoundError."""
    user = changeable_user(session, site_id, code)
    user.disabled_at = user.disabled_at or now
    session.flush()
    return user


def enable_user(session: Session, site_id: str, code: str) -> SiteUser:
    """Let a disabled user in again. Raises SiteUserNotFoundError."""
    user = changeable_user(session, site_id, code)
    user.disabled_at = None
    session.flush()
    return user


def changeable_user(session: Session, site_id: str, code: str) -> SiteUser:
    """Return a user other than the built-in one. Raises SiteUserNotFoundError or BuiltInUserError."""
    user = session.get(SiteUser, (site_id, code)) if code.isprintable() else None
    if user is None:
        raise SiteUserNotFoundError
    if user.code == ADMINISTRATOR:
        raise BuiltInUserError
    return user


def add_group(session: Session, site_id: str, code: str, name: str) -> Principal:
    """Add a group. Raises PeopleCodeTakenError."""
    return _add(session, Principal(site_id=site_id, kind=PrincipalKind.GROUP, code=code, name=name))


def add_organization(session: Session, site_id: str, code: str, name: str, parent: str | None = None) -> Principal:
    """Add an organisation below another one or at the top. Raises PeopleCodeTakenError or PrincipalNotFoundError."""
    if parent is not None:
        get_principal(session, site_id, PrincipalKind.ORGANIZATION, parent)
    kind = PrincipalKind.ORGANIZATION
    return _add(session, Principal(site_id=site_id, kind=kind, code=code, name=name, parent_code=parent))


def rename_principal(session: Session, site_id: str, kind: PrincipalKind, code: str, name: str) -> Principal:
    """Give a group or an organisation another name. Raises PrincipalNotFoundError or BuiltInGroupError."""
    principal = changeable_principal(session, site_id, kind, code)
    principal.name = name
    session.flush()
    return principal


def move_organization(session: Session, site_id: str, code: str, parent: str | None) -> Principal:
    """Place an organisation below another one or at the top. Raises PrincipalNotFoundError or OrganizationLoopError."""
    organization = get_principal(session, site_id, PrincipalKind.ORGANIZATION, code)
    if parent is not None:
        get_principal(session, site_id, PrincipalKind.ORGANIZATION, parent)
        if code in with_above([parent], read_parents(session, site_id)):
            raise OrganizationLoopError
    organization.parent_code = parent
    session.flush()
    return organization


def set_members(
    session: Session, site_id: str, kind: PrincipalKind, code: str, user_codes: Collection[str]
) -> Principal:
    """Replace whom a group or an organisation holds. Raises PrincipalNotFoundError or SiteUserNotFoundError."""
    principal = changeable_principal(session, site_id, kind, code)
    wanted = sorted(set(user_codes))
    known = session.scalars(select(SiteUser.code).where(SiteUser.site_id == site_id, SiteUser.code.in_(wanted))).all()
    if len(known) != len(wanted):
        raise SiteUserNotFoundError
    own = (PrincipalMember.site_id == site_id, PrincipalMember.kind == kind, PrincipalMember.code == code)
    session.execute(delete(PrincipalMember).where(*own))
    _enter(session, [{"site_id": site_id, "kind": kind, "code": code, "user_code": each} for each in wanted])
    return principal


def set_standing(
    session: Session,
    site_id: str,
    user_code: str,
    *,
    groups: Collection[str],
    organizations: Collection[str],
    primary: str | None,
) -> SiteUser:
    """Replace what a user belongs to.

    Raises SiteUserNotFoundError, PrincipalNotFoundError, BuiltInGroupError or PrimaryOrganizationError.
    """
    user = changeable_user(session, site_id, user_code)
    if primary is not None and primary not in organizations:
        raise PrimaryOrganizationError
    chosen = [(PrincipalKind.GROUP, code) for code in sorted(set(groups))]
    chosen += [(PrincipalKind.ORGANIZATION, code) for code in sorted(set(organizations))]
    for kind, code in chosen:
        changeable_principal(session, site_id, kind, code)
    own = (PrincipalMember.site_id == site_id, PrincipalMember.user_code == user_code)
    session.execute(delete(PrincipalMember).where(*own))
    _enter(session, [{"site_id": site_id, "kind": kind, "code": code, "user_code": user_code} for kind, code in chosen])
    user.primary_organization = primary
    session.flush()
    return user


def get_principal(session: Session, site_id: str, kind: PrincipalKind, code: str) -> Principal:
    """Return a group or an organisation. Raises PrincipalNotFoundError."""
    found = session.get(Principal, (site_id, kind, code)) if code.isprintable() else None
    if found is None:
        raise PrincipalNotFoundError
    return found


def changeable_principal(session: Session, site_id: str, kind: PrincipalKind, code: str) -> Principal:
    """Return a group other than everyone, or an organisation. Raises PrincipalNotFoundError or BuiltInGroupError."""
    if kind is PrincipalKind.GROUP and code == EVERYONE:
        raise BuiltInGroupError
    return get_principal(session, site_id, kind, code)


def _add(session: Session, principal: Principal) -> Principal:
    if session.get(Principal, (principal.site_id, principal.kind, principal.code)) is not None:
        raise PeopleCodeTakenError(code=principal.code)
    session.add(principal)
    session.flush()  # memberships refer to it
    return principal


def _enter(session: Session, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(PrincipalMember), rows)
