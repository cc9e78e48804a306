"""The spaces of a site, each with its numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.spaces.membership import crowd_behind, users_of
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
    rows = session.scalars(
        select(SpaceMember).where(
            SpaceMember.site_id == caller.site_id, SpaceMember.space_id.in_([space.space_id for space in spaces])
        )
    ).all()
    crowd = crowd_behind(session, caller.site_id, rows)
    entries: dict[int, list[SpaceMember]] = defaultdict(list)
    for row in rows:
        entries[row.space_id].append(row)
    return [
        SpaceStatistics(
            space,
            members=len(users_of(entries[space.space_id], crowd)),
            administrators=len(users_of([row for row in entries[space.space_id] if row.is_admin], crowd)),
        )
        for space in spaces
    ]
