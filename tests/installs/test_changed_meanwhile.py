"""Somebody else edits the same app while a template is installed: nothing of theirs is overwritten unasked."""

from __future__ import annotations

import pytest

from marketplace.installs import services
from marketplace.installs.errors import ChangesUndecidedError
from marketplace.installs.models import ImportState, StepKind
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.kintone.errors import KintoneUnreachableError
from marketplace.transports import InProcessTransport
from tests.installs.builtin import BuiltIn
from tests.installs.fake_kintone import KilledError

NOTE = {"content": "検討中", "includeInTemplateAndDuplicates": False}


class Meddler:
    """Carries the import's calls, and lets somebody else act on the same app before or after the first of a kind."""

    def __init__(self, built_in, act, path, *, moment="before", dies=None):
        self.act, self.path, self.moment, self.dies = act, path, moment, dies
        self.transport = InProcessTransport(built_in.app, built_in.site_id)
        self.calls, self.app_id = [], None

    def send(self, method, path, **sent):
        self.calls.append((method, path))
        hit = method != "GET" and path.endswith(self.path) and self.app_id is None
        if hit:
            body = sent["body"]
            self.app_id = str(body.get("app") or body["apps"][0]["app"])
        if hit and self.moment == "before":
            self.meddle()
        reply = self.transport.send(method, path, **sent)
        if hit and self.moment == "after":
            self.meddle()
        return reply

    def meddle(self):
        self.act(self.app_id)
        if self.dies:
            raise self.dies


@pytest.fixture
def built_in(worker):
    return BuiltIn(worker)


def nothing(_app_id):
    """Let nobody do anything."""


@pytest.fixture
def note(built_in):
    """Somebody who writes a note for those who manage an app."""
    return lambda app_id: built_in.client.put_admin_notes(app_id, dict(NOTE))


def run(built_in, import_id, meddler):
    try:
        built_in.run(import_id, lambda _session, _site, _starter: KintoneClient(meddler))
    except KilledError:
        built_in.worker.clock.advance(seconds=21)
        built_in.run(import_id)


def stopped(built_in, import_id):
    progress = built_in.worker.progress(import_id)
    assert progress.import_.state is ImportState.FAILED, progress.failure
    assert progress.failure.code == "changed-meanwhile"
    return progress.failure


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("app/form/fields.json", "フィールドを追加"),
        ("app/form/layout.json", "フォームを配置"),
        ("app/acl.json", "アクセス権"),
        ("app/deploy.json", "反映"),
    ],
)
def test_an_import_stops_before_what_somebody_else_changed_and_goes_on_when_told(built_in, note, path, label):
    import_id = built_in.order()
    meddler = Meddler(built_in, note, path)
    run(built_in, import_id, meddler)
    failure = stopped(built_in, import_id)
    assert label in failure.reason.ja
    assert f"「{built_in.app_name(meddler.app_id)}」アプリの設定を" in failure.reason.ja
    assert built_in.client.get_part(meddler.app_id, Stage.PREVIEW, "app/adminNotes")["content"] == "検討中"
    built_in.worker.act(services.resume_over_changes, import_id)
    built_in.run(import_id)
    built_in.assert_complete(import_id)
    assert built_in.client.get_part(meddler.app_id, Stage.LIVE, "app/adminNotes")["content"] == "検討中"


def test_without_a_decision_a_stopped_import_does_not_go_on(built_in, note):
    import_id = built_in.order()
    run(built_in, import_id, Meddler(built_in, note, "app/views.json"))
    stopped(built_in, import_id)
    with pytest.raises(ChangesUndecidedError):
        built_in.worker.act(services.retry_import, import_id)
    built_in.worker.act(services.cancel_import, import_id)
    assert built_in.worker.progress(import_id).import_.state is ImportState.CANCELLED


def test_what_somebody_prepares_after_the_last_look_is_not_deployed(built_in, note):
    import_id = built_in.order()
    run(built_in, import_id, Meddler(built_in, note, "app/deploy.json"))
    stopped(built_in, import_id)
    assert list(built_in.client.list_apps()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "moment", "error"),
    [
        ("app/form/fields.json", "after", KilledError()),
        ("app/settings.json", "after", KintoneUnreachableError("timed out")),
        ("app/views.json", "before", KilledError()),
        ("record/acl.json", "after", KilledError()),
        ("app/acl.json", "before", KintoneUnreachableError("timed out")),
    ],
)
def test_an_effect_of_its_own_that_nobody_saw_is_told_from_somebody_elses(built_in, path, moment, error):
    import_id = built_in.order()
    run(built_in, import_id, Meddler(built_in, nothing, path, moment=moment, dies=error))
    built_in.assert_complete(import_id)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "error"), [("before", KilledError()), ("after", KilledError()), ("after", KintoneUnreachableError("-"))]
)
def test_a_change_beside_a_lost_call_stops_the_import_whether_the_call_arrived_or_not(built_in, note, moment, error):
    import_id = built_in.order()
    run(built_in, import_id, Meddler(built_in, note, "app/views.json", moment=moment, dies=error))
    stopped(built_in, import_id)
    built_in.worker.act(services.resume_over_changes, import_id)
    built_in.run(import_id)
    built_in.assert_complete(import_id)


def test_a_field_that_somebody_added_keeps_its_place_below_the_form(built_in):
    import_id = built_in.order()
    field = {"備考欄": {"type": "SINGLE_LINE_TEXT", "code": "備考欄", "label": "備考欄"}}
    table = {"明細欄": {"type": "SUBTABLE", "code": "明細欄", "label": "明細欄", "fields": {
        "品名欄": {"type": "SINGLE_LINE_TEXT", "code": "品名欄", "label": "品名欄"}}}}  # fmt: skip

    def add(app_id):
        built_in.client.add_fields(app_id, field)
        built_in.client.add_fields(app_id, table)

    meddler = Meddler(built_in, add, "app/form/layout.json")
    run(built_in, import_id, meddler)
    stopped(built_in, import_id)
    built_in.worker.act(services.resume_over_changes, import_id)
    built_in.run(import_id)
    built_in.assert_complete(import_id)
    rows = built_in.client.get_part(meddler.app_id, Stage.LIVE, "app/form/layout")["layout"]
    assert [row.get("code") or row["fields"][0]["code"] for row in rows[-2:]] == ["備考欄", "明細欄"]


def test_a_further_change_after_the_decision_stops_the_import_again(built_in, note):
    import_id = built_in.order()
    run(built_in, import_id, Meddler(built_in, note, "app/views.json"))
    stopped(built_in, import_id)
    built_in.worker.act(services.resume_over_changes, import_id)
    run(built_in, import_id, Meddler(built_in, note, "app/deploy.json"))
    stopped(built_in, import_id)


def test_an_undisturbed_import_makes_as_many_calls_as_planned(built_in):
    import_id = built_in.order()
    meddler = Meddler(built_in, nothing, "app/deploy.json")
    run(built_in, import_id, meddler)
    built_in.assert_complete(import_id)
    assert len(meddler.calls) == built_in.worker.plan_of_same().api_calls
    kinds = {step.kind for step in built_in.worker.progress(import_id).steps}
    assert StepKind.TAKE_OVER not in kinds
