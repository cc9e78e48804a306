"""The spaces of a site, each with its numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.principals import USER
from marketplace.sandbox.spaces.membership import users_of
from marketplace.sandbox.spaces.models import Space, SpaceMember


@dataclass(frozen=True, slots=True)
class SpaceStatistics:
    """One space and how many people it has."""

    space: Space
    members: int
    administrators: int


def count_spaces(session: Session, caller: Caller, *, offset: int, limit: int) -> list[SpaceStatistics]:
    """Return the spaces of a site by number. Raises NoPrivilegeError for all but the site's administrators."""
    policy.require_site_admin(caller)
    spaces = session.scalars(
        select(Space).where(Space.site_id == caller.site_id).order_by(Space.space_id).offset(offset).limit(limit)
    ).all()
    entries: dict[int, list[SpaceMember]] = defaultdict(list)
    for entry in session.scalars(
        select(SpaceMember).where(
            SpaceMember.site_id == caller.site_id, SpaceMember.space_id.in_([space.space_id for space in spaces])
        )
    ):
        entries[entry.space_id].append(entry)
    return [_count(session, space, entries[space.space_id]) for space in spaces]


def _count(session: Session, space: Space, entries: list[SpaceMember]) -> SpaceStatistics:
    everybody = {(entry.kind, entry.code) for entry in entries}
    managing = {(entry.kind, entry.code) for entry in entries if entry.is_admin}
    # Most spaces name people one by one; only groups need a look at who is in them.
    members, administrators = (
        len(named) if all(kind == USER for kind, _ in named) else len(users_of(session, space.site_id, named))
        for named in (everybody, managing)
    )
    return SpaceStatistics(space, members, administrators)
