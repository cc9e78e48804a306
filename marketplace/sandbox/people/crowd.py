"""Everybody of a site with all memberships, for those who must know whom a group or an organisation holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import EVERYONE
from marketplace.sandbox.models import PrincipalKind, SiteUser
from marketplace.sandbox.people.models import PrincipalMember
from marketplace.sandbox.people.standing import read_parents


@dataclass(frozen=True)
class Crowd:
    """The active users of a site, and whom its groups and organisations hold."""

    users: Sequence[str]
    members: Mapping[tuple[PrincipalKind, str], Sequence[str]]
    parents: Mapping[str, str | None]

    @cached_property
    def children(self) -> Mapping[str, Sequence[str]]:
        """The organisations right below each organisation."""
        below: dict[str, list[str]] = defaultdict(list)
        for code, parent in self.parents.items():
            if parent is not None:
                below[parent].append(code)
        return below

    def of_group(self, code: str) -> Sequence[str]:
        """Return the users of a group."""
        return self.users if code == EVERYONE else self.members.get((PrincipalKind.GROUP, code), ())

    def of_organization(self, code: str, *, include_subs: bool) -> Sequence[str]:
        """Return the users of an organisation, also those of all below it if wanted."""
        wanted = self.with_below([code]) if include_subs else [code]
        found = (user for each in wanted for user in self.members.get((PrincipalKind.ORGANIZATION, each), ()))
        return list(dict.fromkeys(found))

    def with_below(self, codes: Iterable[str]) -> list[str]:
        """Return some organisations and all below them."""
        found: dict[str, None] = {}
        pending = list(codes)
        while pending:
            code = pending.pop(0)
            if code not in found:
                found[code] = None
                pending += self.children.get(code, ())
        return list(found)


def read_crowd(session: Session, site_id: str) -> Crowd:
    """Return everybody of a site, by code; three queries however many there are."""
    active = (SiteUser.site_id == site_id, SiteUser.disabled_at.is_(None))
    users = session.scalars(select(SiteUser.code).where(*active).order_by(SiteUser.code)).all()
    rows = session.execute(
        select(PrincipalMember.kind, PrincipalMember.code, PrincipalMember.user_code)
        .where(PrincipalMember.site_id == site_id)
        .order_by(PrincipalMember.user_code)
    )
    known = set(users)
    members: dict[tuple[PrincipalKind, str], list[str]] = defaultdict(list)
    for kind, code, user_code in rows:
        if user_code in known:
            members[kind, code].append(user_code)
    return Crowd(users, members, read_parents(session, site_id))
