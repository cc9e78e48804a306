"""Which spaces of a site a login may see."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.spaces.membership import spaces_joined
from marketplace.sandbox.spaces.models import Space


def list_spaces(session: Session, caller: Caller) -> list[Space]:
    """Return the spaces of a site by number, less the private ones that the caller doesn't belong to."""
    policy.require_login(caller)
    spaces = session.scalars(select(Space).where(Space.site_id == caller.site_id).order_by(Space.space_id)).all()
    if caller.is_admin:
        return list(spaces)
    joined = spaces_joined(session, caller, [space.space_id for space in spaces if space.is_private])
    return [space for space in spaces if not space.is_private or space.space_id in joined]
