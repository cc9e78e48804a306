"""Who belongs to a space, by name or as one of a group or an organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import EVERYONE, Caller
from marketplace.sandbox.models import PrincipalKind
from marketplace.sandbox.people.crowd import Crowd, read_crowd
from marketplace.sandbox.principals import USER
from marketplace.sandbox.spaces.models import Space, SpaceMember


def members_of(session: Session, space: Space) -> list[SpaceMember]:
    """Return the entries of a space's list of members, in order."""
    return list(
        session.scalars(
            select(SpaceMember)
            .where(SpaceMember.site_id == space.site_id, SpaceMember.space_id == space.space_id)
            .order_by(SpaceMember.position)
        )
    )


def is_member(session: Session, caller: Caller, space: Space) -> bool:
    """Tell whether a login belongs to a space."""
    return space.space_id in spaces_joined(session, caller, [space.space_id])


def is_space_admin(session: Session, caller: Caller, space: Space) -> bool:
    """Tell whether a login manages a space."""
    entries = session.scalars(
        select(SpaceMember.is_admin).where(
            SpaceMember.site_id == space.site_id, SpaceMember.space_id == space.space_id, _names(caller)
        )
    )
    return any(entries)


def spaces_joined(session: Session, caller: Caller, space_ids: Collection[int]) -> set[int]:
    """Return those of some spaces that a login belongs to, in one query."""
    if not space_ids:
        return set()
    return set(
        session.scalars(
            select(SpaceMember.space_id).where(
                SpaceMember.site_id == caller.site_id, SpaceMember.space_id.in_(space_ids), _names(caller)
            )
        )
    )


def crowd_behind(session: Session, site_id: str, entries: Sequence[SpaceMember]) -> Crowd | None:
    """Return everybody of the site if some entries stand for more than one user; most name people one by one."""
    return None if all(entry.kind == USER for entry in entries) else read_crowd(session, site_id)


def users_of(entries: Sequence[SpaceMember], crowd: Crowd | None) -> list[str]:
    """Return the codes of the users that entries of a list of members stand for."""
    found: set[str] = set()
    for entry in entries:
        if crowd is None or entry.kind == USER:
            found.add(entry.code)
        elif entry.kind == PrincipalKind.GROUP:
            found.update(crowd.of_group(entry.code))
        else:
            found.update(crowd.of_organization(entry.code, include_subs=entry.include_subs))
    return sorted(found)


def _names(caller: Caller) -> ColumnElement[bool]:
    """Return the condition on entries that stand for a login."""
    standing = caller.standing
    in_organization = or_(
        SpaceMember.code.in_(standing.organizations),
        and_(SpaceMember.include_subs.is_(True), SpaceMember.code.in_(standing.with_above)),
    )
    return or_(
        and_(SpaceMember.kind == USER, SpaceMember.code == caller.code),
        and_(SpaceMember.kind == PrincipalKind.GROUP.value, SpaceMember.code.in_({EVERYONE, *standing.groups})),
        and_(SpaceMember.kind == PrincipalKind.ORGANIZATION.value, in_organization),
    )
