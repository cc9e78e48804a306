"""Templates, workspaces and installed apps behind the pages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.bundle.model import Bundle
from marketplace.catalog import services as catalog
from marketplace.catalog.suggestible import index_municipalities
from marketplace.community import stories
from marketplace.community.wanted import services as wanted
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs import services as installs
from marketplace.installs.run import run_import
from marketplace.kernel.actor import SYSTEM, Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.transports import connect_in_process
from marketplace.workspaces import services as workspaces
from tests.bundle.factories import make_bundle, make_joined_bundle
from tests.catalog_domain.factories import compare_all
from tests.community.factories import story_data
from tests.municipalities.factories import MIHON, make_municipality

PUBLISHER = "993018"
SLUG = "subsidy-grant-management"
PAGE = f"/templates/{PUBLISHER}/{SLUG}"
ROADS = {
    "title": "道路占用許可の期限管理",
    "text": "期限が近づいたら\n知らせてほしい。<b>",
    "category": "kensetsu",
    "department": "道路維持課",
    "month": "3",
}
"""A wanted app."""


@dataclass
class World:
    """Puts things into the database as their owners would, each in a transaction of its own."""

    app: MarketplaceApp

    def release(self, bundle: Bundle | None = None, *, publisher: str = PUBLISHER) -> None:
        """Release a version."""
        with unit_of_work(self.app.sessions) as (session, _):
            make_municipality(session, publisher, name="公開市")
            catalog.add_version(self._context(session, SYSTEM), publisher, bundle or make_bundle())

    def compare(self) -> None:
        """Let the worker have had its turn at what is similar."""
        with unit_of_work(self.app.sessions) as (session, _):
            compare_all(self._context(session, SYSTEM))

    def want(self, code: str = MIHON, **changes: object) -> str:
        """Write a wanted app and return the address of its page."""
        with unit_of_work(self.app.sessions) as (session, _):
            make_municipality(session, code)
            return f"/wanted/{wanted.write_wanted(self._context(session, member_of(code)), {**ROADS, **changes}).id}"

    def tell(self, code: str = MIHON, **changes: object) -> str:
        """Tell a story of the template and return the address of its page."""
        with unit_of_work(self.app.sessions) as (session, _):
            make_municipality(session, code)
            told = {**story_data(template=f"{PUBLISHER}/{SLUG}"), **changes}
            return f"/stories/{stories.create_story(self._context(session, member_of(code)), told).id}"

    def index_municipalities(self) -> None:
        """Let all municipalities be found."""
        with unit_of_work(self.app.sessions) as (session, _):
            index_municipalities(self._context(session, SYSTEM))

    def open_workspace(self, code: str = MIHON, name: str = "検証用") -> str:
        """Make a workspace and return its id."""
        with unit_of_work(self.app.sessions) as (session, _):
            make_municipality(session, code)
            return workspaces.create_workspace(self._context(session, member_of(code)), {"name": name}).workspace.id

    def reset_password(self, workspace_id: str, code: str = MIHON) -> str:
        """Renew a workspace's password and return it."""
        with unit_of_work(self.app.sessions) as (session, _):
            return workspaces.reset_password(self._context(session, member_of(code)), workspace_id).password

    def start(self, workspace_id: str, code: str = MIHON, **order: object) -> str:
        """Queue an import and return its id."""
        with unit_of_work(self.app.sessions) as (session, _):
            ctx = self._context(session, member_of(code))
            data = {"template": f"{PUBLISHER}/{SLUG}", "sample_records": True, **order}
            return installs.start_import(ctx, workspace_id, data).id

    def install(self, bundle: Bundle | None = None, code: str = MIHON) -> tuple[str, str]:
        """Release, install and return the ids of the workspace and of the import."""
        bundle = bundle or make_joined_bundle()
        self.release(bundle)
        workspace_id = self.open_workspace(code)
        import_id = self.start(workspace_id, code, template=f"{PUBLISHER}/{bundle.manifest.slug}")
        self.run(import_id)
        return workspace_id, import_id

    def run(self, import_id: str) -> None:
        """Do the job of the worker."""
        run_import(
            self.app.sessions, self.app.ports, connect_in_process(self.app), import_id, self.app.now, lambda _: None
        )

    def _context(self, session: Session, actor: Actor) -> Context:
        return Context(
            session=session, actor=actor, now=self.app.now, after_commit=lambda _: None, ports=self.app.ports
        )


def member_of(code: str) -> Actor:
    """An administrator of a municipality."""
    return Actor(
        ActorKind.PERSON, person_id=None, municipality_code=code, permissions=frozenset(Permission), name="見本 花子"
    )
