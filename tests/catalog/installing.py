"""Installs templates of the catalog into built-in workspaces, as the job does, and reads what came out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.bundle.model import AppDefinition, JsonObject
from marketplace.catalog import services as catalog
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.installs.run import run_import
from marketplace.installs.services import start_import
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.municipalities.roles import Role
from marketplace.transports import connect_in_process
from marketplace.workspaces.services import create_workspace
from tests.catalog.first_party import bundle_in
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.municipalities.factories import actor_for, fictitious_code, make_municipality

PUBLISHER = "yokoten"


@dataclass(frozen=True)
class Installed:
    """A template in a workspace of its own."""

    progress: ImportProgress
    client: KintoneClient

    def records(self, app: AppDefinition, condition: str = "", order: str = "$id asc") -> list[JsonObject]:
        """Return records of an app as kintone's interface gives them to the owner of the workspace."""
        query = f"{condition} order by {order} limit 500"
        return self.client.get_records(self.progress.app_ids[app.key], query)


@dataclass
class Shelf:
    """Installs each version once, with its samples and without any placeholder mapped, and keeps it for every test."""

    sessions: Sessions
    clock: FixedClock = field(default_factory=FixedClock)
    ports: Ports = field(default_factory=lambda: Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue()))
    _made: dict[Path, Installed] = field(default_factory=dict)
    _released: set[Path] = field(default_factory=set)

    def installed(self, folder: Path) -> Installed:
        """Return the installation of a version, making it the first time."""
        if folder not in self._made:
            self._made[folder] = self.install(folder, {})
        return self._made[folder]

    def install(self, folder: Path, users: dict[str, str]) -> Installed:
        """Install a version into a new workspace; `users` are the codes chosen for placeholders."""
        officer = actor_for(Role.ADMIN, fictitious_code())
        import_id, workspace_id = self._order(folder, officer, users)
        app = MarketplaceApp(sessions=self.sessions, ports=self.ports, now=self.clock)
        app.mount(blueprint, site_caller)
        connect = connect_in_process(app)
        run_import(self.sessions, self.ports, connect, import_id, self.clock, lambda _seconds: None)
        with self._context(officer) as ctx:
            return Installed(get_import(ctx, import_id), connect(ctx.session, workspace_id))

    def _order(self, folder: Path, officer: Actor, users: dict[str, str]) -> tuple[str, str]:
        with self._context(SYSTEM) as ctx:
            for code in (PUBLISHER, str(officer.municipality_code)):
                make_municipality(ctx.session, code)
            if folder not in self._released:
                catalog.add_version(ctx, PUBLISHER, bundle_in(folder))
                self._released.add(folder)
        order = {
            "template": f"{PUBLISHER}/{folder.parent.name}",
            "version": folder.name,
            "sample_records": True,
            "placeholders": users,
        }
        with self._context(officer) as ctx:
            workspace_id = create_workspace(ctx, {"name": "試行用"}).workspace.id
            return start_import(ctx, workspace_id, order).id, workspace_id

    @contextmanager
    def _context(self, actor: Actor) -> Iterator[Context]:
        with unit_of_work(self.sessions) as (session, after_commit):
            yield Context(session, actor, self.clock, after_commit, self.ports)
