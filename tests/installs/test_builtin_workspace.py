"""Templates come to life in a built-in workspace, through the same calls a kintone domain would get."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs import services
from marketplace.installs.models import ImportState
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.sandbox import sites
from marketplace.sandbox.deploys.going_live import end
from marketplace.sandbox.models import App, DeployStatus
from marketplace.transports import InProcessTransport
from tests.installs.builtin import BuiltIn
from tests.installs.fake_kintone import KilledError


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
    assert "「実績報告」（アプリ番号1）の設定を反映できませんでした。値が重複しています。" in failure.reason.ja
    assert "“実績報告” (app 1) could not be brought into use. Values are repeated." in failure.reason.en
    assert failure.remedy.ja == "示された理由を解消してから「再開」してください。"
    built_in.worker.act(services.retry_import, import_id)
    built_in.run(import_id)
    built_in.assert_complete(import_id)
