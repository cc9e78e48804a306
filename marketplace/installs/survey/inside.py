"""Answers for a built-in workspace, from its own tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.bundle.model import PlaceholderKind
from marketplace.installs.survey.place import SeenApp
from marketplace.installs.target import Target
from marketplace.kernel.limits import SiteLimits
from marketplace.sandbox.models import App, Principal, PrincipalKind, Site, SiteUser
from marketplace.sandbox.people.queries import list_principals, list_users
from marketplace.sandbox.plugins.models import Plugin
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in a built-in workspace whom a placeholder may stand for."""

    code: str
    name: str


class Inside:
    """A built-in workspace as a survey asks it."""

    may_create: bool | None = True

    def __init__(self, session: Session, site: Site) -> None:
        """Keep the site."""
        self._session = session
        self._site = site
        self.most_apps = SiteLimits.from_document(site.limits).apps

    def look_up(self, target: Target) -> Target | None:
        """Return the target as it is: making the plan looked it up already."""
        return target

    def apps(self) -> Iterator[SeenApp]:
        """Yield every app, also those in preparation: they take up room and may come into use."""
        rows = self._session.execute(_apps_of(self._site.id).order_by(App.app_id))
        yield from (SeenApp(str(row.app_id), row.name) for row in rows)

    def plugins(self) -> set[str]:
        """Return the plug-ins of the site."""
        return set(self._session.scalars(select(Plugin.id).where(Plugin.site_id == self._site.id)))

    def codes(self, kind: PlaceholderKind, codes: Collection[str]) -> set[str]:
        """Return who is there under some codes; somebody who was disabled can't be named."""
        if kind is PlaceholderKind.USER:
            own = (SiteUser.site_id == self._site.id, SiteUser.disabled_at.is_(None), SiteUser.code.in_(codes))
            return set(self._session.scalars(select(SiteUser.code).where(*own)))
        wanted = (Principal.kind == PrincipalKind(kind.value), Principal.code.in_(codes))
        return set(self._session.scalars(select(Principal.code).where(Principal.site_id == self._site.id, *wanted)))


def count_apps(session: Session, workspace: Workspace) -> int:
    """Return how many apps the list of a built-in workspace shows; 0 for other workspaces, which have to be asked."""
    shown = _apps_of(workspace.id).where(App.live_revision.is_not(None)).subquery()
    return session.scalar(select(func.count()).select_from(shown)) or 0


def list_candidates(session: Session, workspace: Workspace) -> dict[PlaceholderKind, list[Candidate]]:
    """Return whom each kind of placeholder may stand for in a built-in workspace; empty for others."""
    if session.get(Site, workspace.id) is None:
        return {}
    users = [Candidate(one.code, one.name) for one in list_users(session, workspace.id) if one.disabled_at is None]
    return {PlaceholderKind.USER: users} | {
        PlaceholderKind(kind.value): [
            Candidate(one.code, one.name) for one in list_principals(session, workspace.id, kind)
        ]
        for kind in PrincipalKind
    }


def _apps_of(site_id: str) -> Select[int, str]:
    return select(App.app_id, App.name).where(App.site_id == site_id, App.deleted_at.is_(None))
