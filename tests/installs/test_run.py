"""An import makes the apps of a template, complete and exactly once."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from marketplace.audit.models import AuditEvent
from marketplace.catalog import bundles
from marketplace.catalog.models import Template
from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs import services
from marketplace.installs.models import ImportState, Installation, StepState
from marketplace.storage.errors import StorageUnavailableError
from marketplace.workspaces.models import Workspace
from tests.bundle.factories import make_app, make_bundle, make_field, make_simple_app
from tests.installs.factories import CITY
from tests.installs.fake_kintone import refusal


def fail_call(method, path_end, reply, times=1):
    """Answer some calls of one kind with a refusal."""
    left = [times]

    def before(_index, called, path):
        if called == method and path.endswith(path_end) and left[0]:
            left[0] -= 1
            return reply
        return None

    return before


def test_a_set_of_apps_comes_out_complete(worker):
    import_id = worker.order()
    worker.run(import_id)
    apps = worker.kintone.published()
    assert set(apps) == {"補助制度マスタ", "補助金申請", "実績報告"}
    request = apps["補助金申請"]
    assert set(request.live) >= {"app/views", "app/status", "app/acl", "record/acl", "field/acl", "app/reports"}
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED


def test_an_import_whose_database_fails_once_goes_on_later(worker, session):
    import_id = worker.order()
    failures = [OperationalError("UPDATE", {}, Exception("deadlock detected"))]

    def fail_once(_connection, _cursor, statement, *_rest):
        if failures and "installations" in statement and statement.startswith("INSERT"):
            raise failures.pop()

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", fail_once)
    worker.run(import_id)
    event.remove(engine, "before_cursor_execute", fail_once)
    assert not failures
    assert worker.progress(import_id).import_.state is ImportState.RUNNING
    worker.run_after_silence(import_id)
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED
    assert len(worker.kintone.published()) == 3


def test_an_import_whose_file_storage_is_away_goes_on_later(worker, ports, monkeypatch):
    import_id = worker.order()

    def be_away(_digest):
        raise StorageUnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(ports.blobs, "get", be_away)
        patch.setattr(bundles, "cache", bundles.BundleCache())
        worker.run(import_id)
        assert worker.progress(import_id).import_.state is ImportState.RUNNING
    worker.run_after_silence(import_id)
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED
    assert len(worker.kintone.published()) == 3


def test_references_name_the_new_apps(worker):
    worker.kintone.first_app_id = 41
    worker.run(worker.order())
    apps = worker.kintone.published()
    request, program = apps["補助金申請"], apps["補助制度マスタ"]
    assert request.fields["制度コード"]["lookup"]["relatedApp"] == {"app": program.app_id}
    assert program.fields["申請一覧"]["referenceTable"]["relatedApp"] == {"app": request.app_id}
    action = request.live["app/actions"]["actions"]["実績報告を作る"]
    assert action["destApp"] == {"app": apps["実績報告"].app_id}


def test_sample_records_arrive_in_the_state_the_bundle_gives_them(worker):
    worker.run(worker.order())
    [record] = worker.kintone.published()["補助金申請"].records.values()
    assert record["status"] == "審査中"
    assert record["cells"]["申請番号"]["value"] == "R2026-001"


def test_no_sample_records_come_unless_they_are_wanted(worker):
    worker.run(worker.order(sample_records=False))
    assert all(not app.records for app in worker.kintone.apps.values())


def test_the_installation_is_recorded_with_the_ids_of_the_apps(worker, session):
    worker.run(worker.order())
    [made] = session.scalars(select(Installation))
    names = {app.app_id: app.live["settings"]["name"] for app in worker.kintone.apps.values()}
    assert {made.app_names[key]: names[app_id] for key, app_id in made.app_ids.items()} == {
        name: name for name in names.values()
    }


def test_the_catalog_counts_a_municipality_once(worker, session):
    worker.run(worker.order())
    worker.run(worker.order_of_same())
    assert session.scalar(select(Template.install_count)) == 1
    assert len(session.scalars(select(Installation)).all()) == 2


def test_the_audit_log_tells_start_and_end(worker, session):
    worker.run(worker.order())
    acts = session.scalars(select(AuditEvent.act).where(AuditEvent.municipality_code == CITY)).all()
    assert {"import.started", "import.succeeded"} <= set(acts)


def test_an_app_on_its_own_needs_a_single_deploy(worker):
    worker.run(worker.order(make_bundle({"request": make_simple_app()}), placeholders={}))
    assert worker.kintone.calls.count(("POST", "/k/v1/preview/app/deploy.json")) == 1


def test_built_in_fields_get_the_codes_of_the_bundle(worker):
    app = make_app("受付簿", make_field("SINGLE_LINE_TEXT", "件名"), make_field("CREATED_TIME", "受付日時"))
    worker.run(worker.order(make_bundle({"request": app}), placeholders={}))
    assert worker.kintone.published()["受付簿"].fields["受付日時"]["type"] == "CREATED_TIME"


def test_a_large_form_is_sent_a_hundred_fields_at_a_time(worker):
    fields = [make_field("SINGLE_LINE_TEXT", f"項目{number}") for number in range(230)]
    worker.run(worker.order(make_bundle({"request": make_app("大きな申請", *fields)}), placeholders={}))
    assert worker.kintone.calls.count(("POST", "/k/v1/preview/app/form/fields.json")) == 3


@pytest.mark.parametrize("reply", [refusal(429, "GAIA_TO04"), refusal(500, "CB_SE01"), refusal(400, "GAIA_DA02")])
def test_a_failure_that_passes_is_tried_again_after_a_pause(worker, reply):
    worker.kintone.before = fail_call("POST", "preview/app.json", reply, times=2)
    import_id = worker.order()
    worker.run(import_id)
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED
    assert 0.75 * 3 <= sum(worker.pauses) <= 1.25 * 3
    assert len(worker.kintone.apps) == 3


def test_a_refusal_ends_the_import_naming_step_app_and_kintones_words(worker):
    worker.kintone.before = fail_call("PUT", "app/views.json", refusal(400, "CB_VA01", "入力内容が正しくありません。"))
    import_id = worker.order()
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.FAILED
    assert "補助金申請" in progress.failure.reason.ja
    assert "入力内容が正しくありません。" in progress.failure.reason.ja
    assert "補助金申請" in progress.failure.reason.en
    assert [step.state for step in progress.steps].count(StepState.FAILED) == 1
    assert not worker.pauses


def test_a_resumed_import_goes_on_with_the_step_that_failed(worker):
    worker.kintone.before = fail_call("PUT", "app/views.json", refusal(403, "CB_NO02"))
    import_id = worker.order()
    worker.run(import_id)
    made = len(worker.kintone.apps)
    worker.act(services.retry_import, import_id)
    calls = len(worker.kintone.calls)
    worker.run(import_id)
    assert worker.kintone.calls[calls] == ("PUT", "/k/v1/preview/app/views.json")
    assert len(worker.kintone.apps) == made == 3
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED


def test_a_sample_that_may_not_move_stays_behind_and_is_named(worker):
    worker.kintone.before = fail_call("PUT", "records/status.json", refusal(403, "GAIA_NT01"))
    import_id = worker.order()
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.SUCCEEDED
    assert progress.steps[-2].outcome["left"] == [{"record": "1", "wanted": "審査中", "code": "GAIA_NT01"}]
    assert "サンプルレコード1件" in progress.steps[-2].notes[0].ja


def test_a_plugin_the_workspace_lacks_does_not_stop_the_import(worker):
    plugins = {"plugins": [{"id": "abcdefghijklmnopabcdefghijklmnop", "name": "帳票", "enabled": True}]}
    app = make_app("申請", make_field("DATE", "日"), plugins=plugins)
    worker.kintone.before = fail_call("POST", "app/plugins.json", refusal(400, "GAIA_PL01"))
    import_id = worker.order(make_bundle({"request": app}), placeholders={})
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.SUCCEEDED
    notes = [note.ja for step in progress.steps for note in step.notes]
    assert ["GAIA_PL01" in note for note in notes] == [True, False]
    assert "テンプレートと異なる設定が1件" in notes[-1]


def test_a_workspace_closed_meanwhile_gets_no_apps(worker):
    import_id = worker.order()
    with unit_of_work(worker.sessions) as (session, _after_commit):
        session.get_one(Workspace, worker.progress(import_id).import_.workspace_id).closed_at = worker.clock()
    worker.run(import_id)
    assert worker.progress(import_id).failure.code == "workspace-not-open"
    assert worker.kintone.calls == []


def test_an_error_of_our_own_ends_the_import_without_its_details(worker):
    def break_down(*_call):
        message = "a secret of the program"
        raise RuntimeError(message)

    worker.kintone.before = break_down
    import_id = worker.order()
    with pytest.raises(RuntimeError):
        worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.FAILED
    assert "secret" not in progress.failure.reason.en


def test_a_finished_import_is_not_run_again(worker):
    import_id = worker.order()
    worker.run(import_id)
    calls = len(worker.kintone.calls)
    worker.run_after_silence(import_id)
    assert len(worker.kintone.calls) == calls
