"""A municipality with a workspace, a template to install, and the worker that installs it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from marketplace.bundle.model import Bundle
from marketplace.catalog import services as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs import services
from marketplace.installs.models import Import, Installation
from marketplace.installs.plan import Plan, make_plan
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.installs.run import run_import
from marketplace.jobs.workers import Workers
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.workspaces.models import Workspace
from tests.bundle.factories import make_joined_bundle
from tests.fakes import FixedClock
from tests.installs.fake_kintone import FakeKintone, Json
from tests.municipalities.factories import MIHON, make_municipality

CITY = MIHON
PUBLISHER = "993018"
TEMPLATE = f"{PUBLISHER}/subsidy-grant-management"


def make_workspace(ctx: Context, code: str = CITY) -> Workspace:
    """Make an open workspace of a municipality."""
    make_municipality(ctx.session, code)
    made = Workspace(municipality_code=code, name="試行用", kind="builtin", created_at=ctx.now())
    ctx.session.add(made)
    ctx.session.flush()
    return made


def make_version(ctx: Context, bundle: Bundle | None = None) -> TemplateVersion:
    """Release a bundle, by default three joined apps."""
    make_municipality(ctx.session, PUBLISHER, name="公開市")
    return catalog.add_version(ctx, PUBLISHER, bundle or make_joined_bundle())


def make_order(**changes: object) -> Json:
    """Make the order to install the template."""
    return {"template": TEMPLATE, "placeholders": {"section-chief": "sato"}, **changes}


def make_installation(ctx: Context, workspace: Workspace, version: TemplateVersion) -> Installation:
    """Make an installation as a finished import leaves it."""
    made = Installation(
        workspace_id=workspace.id,
        municipality_code=workspace.municipality_code,
        template_id=version.template_id,
        version_id=version.id,
        app_ids={"request": "1"},
        app_names={"request": "申請"},
        installed_at=ctx.now(),
    )
    ctx.session.add(made)
    ctx.session.flush()
    return made


@dataclass
class Worker:
    """Runs imports against a kintone in memory, with a clock that stands still and pauses that take no time."""

    sessions: Sessions
    ports: Ports
    clock: FixedClock
    kintone: FakeKintone = field(default_factory=FakeKintone)
    pauses: list[float] = field(default_factory=list)

    def order(self, bundle: Bundle | None = None, **changes: object) -> str:
        """Start an import of a bundle and return its id."""
        with unit_of_work(self.sessions) as (session, after_commit):
            ctx = self._context(session, after_commit)
            version = make_version(ctx, bundle)
            workspace = make_workspace(ctx)
            template = f"{PUBLISHER}/{version.manifest['slug']}"
            return services.start_import(ctx, workspace.id, make_order(template=template, **changes)).id

    def order_of_same(self) -> str:
        """Start an import of the version that was ordered before into a new workspace."""
        with unit_of_work(self.sessions) as (session, after_commit):
            ctx = self._context(session, after_commit)
            return services.start_import(ctx, make_workspace(ctx).id, make_order()).id

    def order_again(self, import_id: str) -> str:
        """Start an import of the same version into the same workspace."""
        with unit_of_work(self.sessions) as (session, after_commit):
            workspace_id = session.get_one(Import, import_id).workspace_id
            return services.start_import(self._context(session, after_commit), workspace_id, make_order()).id

    def plan_of_same(self) -> Plan:
        """Plan the version that was ordered before for a new workspace."""
        with unit_of_work(self.sessions) as (session, after_commit):
            ctx = self._context(session, after_commit)
            return make_plan(ctx, make_workspace(ctx).id, make_order())

    def plan_of(self, bundle: Bundle, **changes: object) -> Plan:
        """Plan a bundle that was ordered before for a new workspace."""
        with unit_of_work(self.sessions) as (session, after_commit):
            ctx = self._context(session, after_commit)
            order = make_order(template=f"{PUBLISHER}/{bundle.manifest.slug}", **changes)
            return make_plan(ctx, make_workspace(ctx).id, order)

    def run(self, import_id: str, workers: Workers | None = None) -> None:
        """Run an import as the job does."""
        run_import(
            self.sessions,
            self.ports,
            lambda _session, _workspace_id, _starter: KintoneClient(self.kintone),
            import_id,
            self.clock,
            self.pauses.append,
            workers,
        )

    def run_after_silence(self, import_id: str) -> None:
        """Run an import when the lease of a dead worker has run out."""
        self.clock.advance(seconds=21)
        self.run(import_id)

    def progress(self, import_id: str) -> ImportProgress:
        """Return how an import stands."""
        with unit_of_work(self.sessions, writes=False) as (session, after_commit):
            return get_import(self._context(session, after_commit), import_id)

    def act(self, service: object, import_id: str) -> None:
        """Call a service on an import, in a transaction of its own."""
        with unit_of_work(self.sessions) as (session, after_commit):
            service(self._context(session, after_commit), import_id)  # type: ignore[operator]

    def _context(self, session: Session, after_commit: object) -> Context:
        return Context(
            session=session,
            actor=SYSTEM,
            now=self.clock,
            after_commit=after_commit,  # type: ignore[arg-type]
            ports=self.ports,
        )
