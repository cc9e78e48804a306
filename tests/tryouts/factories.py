"""Try-outs behind the real application: started as pages start them, installed by the job."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bundle.model import Bundle
from marketplace.catalog import services as catalog
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs.models import Import
from marketplace.installs.run import run_import
from marketplace.kernel.actor import ANONYMOUS, SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.limits import TryoutRules
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.transports import connect_in_process
from marketplace.tryouts.services import NewTryout, start_tryout
from tests.bundle.factories import make_joined_bundle
from tests.fakes import FixedClock
from tests.municipalities.factories import make_municipality

PUBLISHER = "993018"
SLUG = "subsidy-grant-management"


@dataclass
class Place:
    """Where try-outs are started, installed and removed; each act has a transaction of its own."""

    sessions: Sessions
    ports: Ports
    clock: FixedClock

    def release(self, bundle: Bundle | None = None) -> None:
        """Release a version of three joined apps, unless another bundle is given."""
        with unit_of_work(self.sessions) as (session, _):
            make_municipality(session, PUBLISHER, name="公開市")
            catalog.add_version(self.context(session, SYSTEM), PUBLISHER, bundle or make_joined_bundle())

    def start(self, address: str = "192.0.2.1", **rules: int) -> NewTryout:
        """Start a try-out from an address, under changed rules if any are given."""
        ports = replace(self.ports, tryouts=TryoutRules(**rules)) if rules else self.ports
        with unit_of_work(self.sessions) as (session, _):
            ctx = replace(self.context(session, replace(ANONYMOUS, address=address)), ports=ports)
            return start_tryout(ctx, PUBLISHER, SLUG)

    def install(self, workspace_id: str) -> None:
        """Run the import of a try-out as the worker does."""
        app = MarketplaceApp(sessions=self.sessions, ports=self.ports, now=self.clock)
        app.mount(blueprint, site_caller)
        with unit_of_work(self.sessions, writes=False) as (session, _):
            import_id = session.scalars(select(Import.id).where(Import.workspace_id == workspace_id)).one()
        run_import(self.sessions, self.ports, connect_in_process(app), import_id, self.clock, lambda _: None)

    def context(self, session: Session, actor: Actor) -> Context:
        return Context(
            session=session, actor=actor, now=self.clock, after_commit=lambda effect: effect(), ports=self.ports
        )
