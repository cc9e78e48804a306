"""A built-in workspace as the kintone that imports go into, with calls that break when told."""

from __future__ import annotations

from contextlib import contextmanager

from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs import services
from marketplace.installs.models import ImportState
from marketplace.installs.run import run_import
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.samples import sample_records
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from marketplace.transports import InProcessTransport, connect_in_process
from tests.bundle.factories import make_joined_bundle
from tests.installs.factories import make_order
from tests.installs.fake_kintone import KilledError


class FragileTransport:
    """Carries calls to the real server until it is told to break at one."""

    def __init__(self, transport, number, error, moment):
        self.transport, self.number, self.error, self.moment = transport, number, error, moment
        self.calls = 0

    def send(self, method, path, **sent):
        self.calls += 1
        broken = self.calls == self.number
        if broken and self.moment == "before":
            raise self.error
        reply = self.transport.send(method, path, **sent)
        if broken and self.moment == "after":
            raise self.error
        return reply


class BuiltIn:
    """The application, one site in it, and a worker that installs into it."""

    def __init__(self, worker):
        self.worker = worker
        self.app = MarketplaceApp(sessions=worker.sessions, ports=worker.ports, now=worker.clock)
        self.app.mount(blueprint, site_caller)

    def order(self, bundle=None, **changes):
        import_id = self.import_id = self.worker.order(bundle, **changes)
        self.site_id = self.worker.progress(import_id).import_.workspace_id
        with unit_of_work(self.worker.sessions) as (session, _after_commit):
            sites.create_site(session, self.site_id, "試行用", self.worker.clock())
            sites.add_user(session, self.site_id, "sato", "佐藤", "password")
        return import_id

    @property
    def client(self):
        return KintoneClient(InProcessTransport(self.app, self.site_id))

    def run(self, import_id, connect=None):
        connect = connect or connect_in_process(self.app)
        worker = self.worker
        run_import(worker.sessions, worker.ports, connect, import_id, worker.clock, worker.pauses.append)

    def run_until(self, import_id, number, error, moment):
        """Run with a transport that breaks at one call; return how many calls were made."""
        fragile = FragileTransport(InProcessTransport(self.app, self.site_id), number, error, moment)
        try:
            self.run(import_id, lambda _session, _site, _starter: KintoneClient(fragile))
        except KilledError:
            self.worker.clock.advance(seconds=21)
        return fragile.calls

    def assert_complete(self, import_id, app_ids=("1", "2", "3")):
        progress = self.worker.progress(import_id)
        assert progress.failure is None
        assert progress.import_.state is ImportState.SUCCEEDED
        apps = list(self.client.list_apps())
        assert {app.name for app in apps} == {"補助制度マスタ", "補助金申請", "実績報告"}
        assert [app.app_id for app in apps] == list(app_ids)
        bundle = make_joined_bundle()
        for key, app_id in progress.app_ids.items():
            fields = self.client.get_form_fields(app_id, Stage.LIVE)
            assert bundle.app(key).fields.keys() <= fields.keys()
            records = self.client.get_records(app_id, "order by $id asc")
            assert len(records) == len(sample_records(bundle.app(key)))
        return progress.app_ids

    def app_name(self, app_id):
        """The name the bundle gives an app."""
        progress = self.worker.progress(self.import_id)
        key = next(key for key, made in progress.app_ids.items() if made == app_id)
        return make_joined_bundle().app(key).name

    def order_again(self, **changes):
        """Order the same template once more, into the same workspace."""
        with self.context() as ctx:
            return services.start_import(ctx, self.site_id, make_order(**changes)).id

    @contextmanager
    def context(self):
        """A transaction of the service."""
        with unit_of_work(self.worker.sessions) as (session, after_commit):
            yield self.worker._context(session, after_commit)
