"""A municipality's members as users of its workspaces.

A member acts as the user whose `person_id` is theirs. Such users are made with the workspace, when the list is brought
up to date, and at a member's first write; reading never makes one. The code is the e-mail address at that moment and
stays; the rank always follows the role, so that a member who leaves or changes role loses at once what went with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_person
from marketplace.audit import services as audit
from marketplace.kernel.actor import Actor, Permission
from marketplace.kernel.context import Context
from marketplace.municipalities.queries import Member, find_members
from marketplace.municipalities.roles import Role
from marketplace.sandbox import sites
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.models import SiteUser
from marketplace.sandbox.people.standing import caller_of, read_standing
from marketplace.workspaces.models import Workspace
from marketplace.workspaces.people.errors import MembersOnlyError, WorkspaceUserDisabledError
from marketplace.workspaces.queries import get_builtin_workspace

ADMINISTRATORS = frozenset({Role.ADMIN, Role.INSTALLER})
"""Roles whose members administer the site: they install, so they hold every right on apps."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What bringing the users up to date changed."""

    added: int = 0
    changed: int = 0
    disabled: int = 0


def member_caller(ctx: Context, workspace: Workspace) -> Caller:
    """Return the caller that a signed-in member is in a workspace, without writing anything.

    Raises MembersOnlyError or WorkspaceUserDisabledError.
    """
    person = _person(ctx)
    user = _find_user(ctx.session, workspace.id, person)
    _refuse_disabled(user)
    is_admin = _administers(ctx.actor)
    if user is None:
        return Caller(workspace.id, user_code(person.email), person.name, is_admin=is_admin)
    standing = read_standing(ctx.session, workspace.id, user.code, user.primary_organization)
    return Caller(workspace.id, user.code, user.name, is_admin=is_admin, standing=standing)


def enter_workspace(ctx: Context, workspace: Workspace) -> Caller:
    """Return the same for a member who is about to write; their user is made or linked if it is not there.

    Raises MembersOnlyError or WorkspaceUserDisabledError.
    """
    person = _person(ctx)
    user = _find_user(ctx.session, workspace.id, person)
    _refuse_disabled(user)
    is_admin = _administers(ctx.actor)
    if user is None:
        user = SiteUser(site_id=workspace.id, code=user_code(person.email), name=person.name)
        ctx.session.add(user)
    if user.person_id is None:
        audit.record(ctx, "workspace.user-joined", f"workspace:{workspace.id}", user=user.code)
    if user.person_id is None or user.is_admin != is_admin:
        user.person_id, user.is_admin = person.id, is_admin
        ctx.session.flush()  # records of this very call refer to the user
    return caller_of(ctx.session, user)


def starter_of(ctx: Context, workspace: Workspace) -> str | None:
    """Return the code of the user for whom work is started in a workspace; None where no person asks for it."""
    if ctx.actor.person_id is None or find_person(ctx.session, ctx.actor.person_id) is None:
        return None
    if sites.find_site(ctx.session, workspace.id) is None:
        return None
    return enter_workspace(ctx, workspace).code


def foresee_starter(ctx: Context, workspace: Workspace) -> str | None:
    """Return the code that `starter_of` will return, without writing anything."""
    if ctx.actor.person_id is None or find_person(ctx.session, ctx.actor.person_id) is None:
        return None
    if sites.find_site(ctx.session, workspace.id) is None:
        return None
    return member_caller(ctx, workspace).code


def password_caller(session: Session, site_id: str, login: str, password: str) -> Caller | None:
    """Return the caller of a login and password, or None; a member who has left the municipality is nobody."""
    caller = sites.authenticate(session, site_id, login, password)
    user = None if caller is None else sites.find_user(session, site_id, login)
    return caller if caller is None or user is None else _as_of_now(session, user, caller)


def user_caller(session: Session, site_id: str, code: str) -> Caller | None:
    """Return the caller that a user is, for work done with their rights; None for whoever left or was disabled."""
    user = sites.find_user(session, site_id, code)
    if user is None or user.disabled_at is not None:
        return None
    return _as_of_now(session, user, caller_of(session, user))


def _as_of_now(session: Session, user: SiteUser, caller: Caller) -> Caller | None:
    """Return a caller with the rank that the member's role gives at this moment, or None without a role."""
    if user.person_id is None:
        return caller
    workspace = session.get_one(Workspace, user.site_id)
    members = find_members(session, workspace.municipality_code, user.person_id)
    return replace(caller, is_admin=members[0].role in ADMINISTRATORS) if members else None


def bring_up_to_date(ctx: Context, workspace_id: str) -> Arrivals:
    """Make the members' users what the members are now: add, rename, rank; disable the users of those who left."""
    workspace = get_builtin_workspace(ctx, workspace_id, Permission.WORKSPACES_MANAGE)
    found = add_members(ctx, workspace)
    subject = f"workspace:{workspace.id}"
    counts = {"added": found.added, "changed": found.changed, "disabled": found.disabled}
    audit.record(ctx, "workspace.people-updated", subject, municipality_code=workspace.municipality_code, **counts)
    return found


def add_members(ctx: Context, workspace: Workspace) -> Arrivals:
    """Do the same without asking who calls: for a workspace that has just been made."""
    members = find_members(ctx.session, workspace.municipality_code)
    users = ctx.session.scalars(select(SiteUser).where(SiteUser.site_id == workspace.id)).all()
    by_person = {user.person_id: user for user in users if user.person_id is not None}
    by_code = {user.code: user for user in users if user.person_id is None and user.code != sites.ADMINISTRATOR}
    outcomes = [_settle(ctx.session, workspace.id, member, by_person, by_code) for member in members]
    gone = [by_person[person_id] for person_id in by_person.keys() - {member.person_id for member in members}]
    leaving = [user for user in gone if user.disabled_at is None]
    for user in leaving:
        user.disabled_at, user.is_admin = ctx.now(), False
    ctx.session.flush()
    return Arrivals(outcomes.count("added"), outcomes.count("changed"), len(leaving))


def _settle(
    session: Session,
    site_id: str,
    member: Member,
    by_person: Mapping[str, SiteUser],
    by_code: Mapping[str, SiteUser],
) -> str:
    """Make one member's user right and tell whether that added it, changed it, or nothing."""
    wanted = (member.person_id, member.name, member.role in ADMINISTRATORS)
    user = by_person.get(member.person_id) or by_code.get(user_code(member.email))
    if user is None:
        code = user_code(member.email)
        session.add(SiteUser(site_id=site_id, code=code, person_id=wanted[0], name=wanted[1], is_admin=wanted[2]))
        return "added"
    if (user.person_id, user.name, user.is_admin) == wanted:
        return ""
    user.person_id, user.name, user.is_admin = wanted
    return "changed"


def user_code(email: str) -> str:
    """Return the code of a member's user: the address, less the slash, which would break addresses of pages."""
    return email.replace("/", "_")


def _person(ctx: Context) -> Person:
    person = find_person(ctx.session, ctx.actor.person_id) if ctx.actor.person_id else None
    if person is None:
        raise MembersOnlyError
    return person


def _find_user(session: Session, site_id: str, person: Person) -> SiteUser | None:
    """Return the user linked to a person, else the unlinked one whose code is their address."""
    own = or_(
        SiteUser.person_id == person.id, (SiteUser.code == user_code(person.email)) & SiteUser.person_id.is_(None)
    )
    found = session.scalars(select(SiteUser).where(SiteUser.site_id == site_id, own)).all()
    return max(found, key=lambda user: user.person_id is not None, default=None)


def _refuse_disabled(user: SiteUser | None) -> None:
    if user is not None and user.disabled_at is not None:
        raise WorkspaceUserDisabledError


def _administers(actor: Actor) -> bool:
    """Tell whether the caller's role is one of ADMINISTRATORS, by what these two alone may do."""
    return Permission.INSTALLS_WRITE in actor.permissions
