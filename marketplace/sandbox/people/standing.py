"""What a user belongs to, read once for each call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import NO_STANDING, Caller, Standing
from marketplace.sandbox.models import Principal, PrincipalKind, SiteUser
from marketplace.sandbox.people.models import PrincipalMember


def caller_of(session: Session, user: SiteUser) -> Caller:
    """Return the caller that a user of the site is."""
    standing = read_standing(session, user.site_id, user.code, user.primary_organization)
    return Caller(user.site_id, user.code, user.name, is_admin=user.is_admin, standing=standing)


def read_standing(session: Session, site_id: str, user_code: str, primary: str | None = None) -> Standing:
    """Return what a user belongs to: one query, and one for the tree of organisations if they are in any."""
    rows = session.execute(
        select(PrincipalMember.kind, PrincipalMember.code).where(
            PrincipalMember.site_id == site_id, PrincipalMember.user_code == user_code
        )
    ).all()
    if not rows:
        return NO_STANDING
    groups = frozenset(code for kind, code in rows if kind is PrincipalKind.GROUP)
    own = frozenset(code for kind, code in rows if kind is PrincipalKind.ORGANIZATION)
    above = with_above(own, read_parents(session, site_id)) if own else own
    return Standing(groups, own, above, primary if primary in own else None)


def read_parents(session: Session, site_id: str) -> dict[str, str | None]:
    """Return the organisation above each organisation of a site."""
    rows = session.execute(
        select(Principal.code, Principal.parent_code).where(
            Principal.site_id == site_id, Principal.kind == PrincipalKind.ORGANIZATION
        )
    )
    return {code: parent for code, parent in rows}  # noqa: C416 - rows are no pairs to mypy


def with_above(codes: Iterable[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    """Return some organisations and all above them; a loop, should there be one, ends."""
    found: set[str] = set()
    for code in codes:
        here: str | None = code
        while here is not None and here not in found:
            found.add(here)
            here = parents.get(here)
    return frozenset(found)
