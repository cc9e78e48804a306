"""Installs templates of the catalog into built-in workspaces, as the job does, and reads what came out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

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
from marketplace.sandbox import sites
from marketplace.sandbox.models import Principal, PrincipalKind
from marketplace.transports import connect_in_process
from marketplace.workspaces.services import create_workspace
from tests.catalog.first_party import bundle_in, version_folders
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
    """Installs each version once, with its samples nobody chosen for its placeholders, and keeps it for all tests."""

    sessions: Sessions
    clock: FixedClock = field(default_factory=FixedClock)
    ports: Ports = field(default_factory=lambda: Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue()))
    _made: dict[Path, Installed] = field(default_factory=dict)
    _released: set[Path] = field(default_factory=set)

    def installed(self, folder: Path) -> Installed:
        """Return the installation of a version, making it the first time."""
        if folder not in self._made:
            self._made[folder] = self.install(folder, mapped=False)
        return self._made[folder]

    def install(self, folder: Path, *, mapped: bool) -> Installed:
        """Install a version into a new workspace, with somebody chosen for each placeholder or for none."""
        officer = actor_for(Role.ADMIN, fictitious_code())
        self._release(folder)
        import_id, workspace_id = self._order(folder, officer, mapped=mapped)
        app = MarketplaceApp(sessions=self.sessions, ports=self.ports, now=self.clock)
        app.mount(blueprint, site_caller)
        connect = connect_in_process(app)
        run_import(self.sessions, self.ports, connect, import_id, self.clock, lambda _seconds: None)
        with self._context(officer) as ctx:
            return Installed(get_import(ctx, import_id), connect(ctx.session, workspace_id))

    def _release(self, folder: Path) -> None:
        """Release every version of the template, oldest first: an older number can't follow a newer one."""
        if folder in self._released:
            return
        versions = [version for version in version_folders() if version.parent == folder.parent]
        with self._context(SYSTEM) as ctx:
            make_municipality(ctx.session, PUBLISHER)
            for version in versions:
                catalog.add_version(ctx, PUBLISHER, bundle_in(version))
        self._released.update(versions)

    def _order(self, folder: Path, officer: Actor, *, mapped: bool) -> tuple[str, str]:
        with self._context(officer) as ctx:
            make_municipality(ctx.session, str(officer.municipality_code))
            workspace_id = create_workspace(ctx, {"name": "試行用"}).workspace.id
            order = {
                "template": f"{PUBLISHER}/{folder.parent.name}",
                "version": folder.name,
                "sample_records": True,
                "placeholders": _people(ctx.session, workspace_id, folder) if mapped else {},
            }
            return start_import(ctx, workspace_id, order).id, workspace_id

    @contextmanager
    def _context(self, actor: Actor) -> Iterator[Context]:
        with unit_of_work(self.sessions) as (session, after_commit):
            yield Context(session, actor, self.clock, after_commit, self.ports)


def _people(session: Session, site_id: str, folder: Path) -> dict[str, str]:
    """Give a workspace a user, group or organisation for each placeholder; return their codes."""
    chosen = {}
    for place in bundle_in(folder).manifest.placeholders:
        chosen[place.key] = f"chosen-{place.key}"
        if place.kind == "USER":
            sites.add_user(session, site_id, chosen[place.key], "見本 太郎", None)
        else:
            kind = PrincipalKind(place.kind)
            session.add(Principal(site_id=site_id, kind=kind, code=chosen[place.key], name="見本"))
    return chosen
