"""Who belongs to a space, by name or as one of a group."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import EVERYONE, Caller
from marketplace.sandbox.models import PrincipalKind, SiteUser
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


def users_of(session: Session, site_id: str, entities: Iterable[tuple[str, str]]) -> list[str]:
    """Return the codes of the users that entries of a list of members stand for."""
    named = set(entities)
    users = {code for kind, code in named if kind == USER}
    if (PrincipalKind.GROUP, EVERYONE) in named:
        users |= set(session.scalars(select(SiteUser.code).where(SiteUser.site_id == site_id)))
    return sorted(users)


def _names(caller: Caller) -> ColumnElement[bool]:
    """Return the condition on entries that stand for a login."""
    return or_(
        *(
            and_(SpaceMember.kind == kind, SpaceMember.code == code)
            for kind, code in ((USER, caller.code), (PrincipalKind.GROUP.value, EVERYONE))
        )
    )
