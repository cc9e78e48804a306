"""Which spaces a site has."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.spaces.models import Space


def list_spaces(session: Session, caller: Caller) -> list[Space]:
    """Return all spaces of a site by number. Raises NoPrivilegeError for all but the site's administrators."""
    policy.require_site_admin(caller)
    return list(session.scalars(select(Space).where(Space.site_id == caller.site_id).order_by(Space.space_id)))
