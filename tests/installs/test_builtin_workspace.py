"""Templates come to life in a built-in workspace, through the same calls a kintone domain would get."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.installs import services
from marketplace.installs.models import ImportState
from marketplace.installs.run import run_import
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.samples import sample_records
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from marketplace.sandbox.deploys.going_live import end
from marketplace.sandbox.models import App, DeployStatus
from marketplace.transports import InProcessTransport, connect_in_process
from tests.bundle.factories import make_joined_bundle
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
        import_id = self.worker.order(bundle, **changes)
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

    def assert_complete(self, import_id):
        progress = self.worker.progress(import_id)
        assert progress.failure is None
        assert progress.import_.state is ImportState.SUCCEEDED
        apps = list(self.client.list_apps())
        assert {app.name for app in apps} == {"補助制度マスタ", "補助金申請", "実績報告"}
        assert [app.app_id for app in apps] == ["1", "2", "3"]
        bundle = make_joined_bundle()
        for key, app_id in progress.app_ids.items():
            fields = self.client.get_form_fields(app_id, Stage.LIVE)
            assert bundle.app(key).fields.keys() <= fields.keys()
            records = self.client.get_records(app_id, "order by $id asc")
            assert len(records) == len(sample_records(bundle.app(key)))
        return progress.app_ids


class FailingDeploys:
    """Carries calls to the real server, where each deploy then turns out to have failed."""

    def __init__(self, built_in):
        self.built_in = built_in
        self.transport = InProcessTransport(built_in.app, built_in.site_id)

    def send(self, method, path, **sent):
        reply = self.transport.send(method, path, **sent)
        if method == "POST" and path.endswith("deploy.json"):
            with unit_of_work(self.built_in.worker.sessions) as (session, _after_commit):
                app = session.scalars(select(App).order_by(App.app_id)).first()
                end(app, DeployStatus.FAIL, Text("値が重複しています。", "Values are repeated."))
        return reply


@pytest.fixture
def built_in(worker):
    return BuiltIn(worker)


def test_a_set_of_apps_joined_by_lookups_and_related_records_works(built_in):
    import_id = built_in.order()
    built_in.run(import_id)
    ids = built_in.assert_complete(import_id)
    fields = built_in.client.get_form_fields(ids["request"], Stage.LIVE)
    assert fields["制度コード"]["lookup"]["relatedApp"]["app"] == ids["program"]


def test_samples_are_looked_up_calculated_and_moved(built_in):
    import_id = built_in.order()
    built_in.run(import_id)
    ids = built_in.assert_complete(import_id)
    [record] = built_in.client.get_records(ids["request"], "")
    assert record["制度名"]["value"] == "商店街活性化"
    assert record["申請額"]["value"] == "30000"
    assert record["ステータス"]["value"] == "審査中"
    assert record["申請書"]["value"][0]["name"] == "form.pdf"
    assert record["担当者"]["value"] == [{"code": "sato", "name": "佐藤"}]


def test_placeholders_left_open_are_left_out(built_in):
    import_id = built_in.order(placeholders={})
    built_in.run(import_id)
    ids = built_in.assert_complete(import_id)
    assert built_in.client.get_form_fields(ids["request"], Stage.LIVE)["担当者"]["defaultValue"] == []


@pytest.mark.parametrize("number", [2, 13, 34])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_import_that_broke_off_is_brought_to_its_end(built_in, number, moment):
    import_id = built_in.order()
    assert built_in.run_until(import_id, number, KilledError(), moment) == number
    built_in.run(import_id)
    built_in.assert_complete(import_id)


def test_a_code_nobody_has_ends_the_import_until_it_is_there(built_in):
    import_id = built_in.order(placeholders={"section-chief": "abe"})
    built_in.run(import_id)
    assert "差し込み項目" in built_in.worker.progress(import_id).failure.remedy.ja
    with unit_of_work(built_in.worker.sessions) as (session, _after_commit):
        sites.add_user(session, built_in.site_id, "abe", "阿部", "password")
    built_in.worker.act(services.retry_import, import_id)
    built_in.run(import_id)
    built_in.assert_complete(import_id)


def test_a_workspace_without_a_site_ends_the_import_with_the_reason(worker):
    built_in = BuiltIn(worker)
    import_id = worker.order()
    built_in.run(import_id)
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.FAILED
    assert progress.failure is not None


def test_a_failed_deploy_is_explained_where_the_workspace_knows_the_reason(built_in):
    import_id = built_in.order()
    built_in.run(import_id, lambda _session, _site, _starter: KintoneClient(FailingDeploys(built_in)))
    failure = built_in.worker.progress(import_id).failure
    assert failure.code == "deploy-failed"
    assert failure.reason.ja.endswith("（id: 1）の設定を反映できませんでした。値が重複しています。）。")
    assert failure.reason.en.endswith("(app id: 1). Values are repeated.).")
    assert failure.remedy.ja == "示された理由を解消してから「再開」してください。"
    built_in.worker.act(services.retry_import, import_id)
    built_in.run(import_id)
    built_in.assert_complete(import_id)
