"""The job: killed, cancelled, taken over, refused for a while; whatever happens there is one draft or none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.db.unit_of_work import unit_of_work
from marketplace.exports import services
from marketplace.exports.errors import ExportEndedError, ExportNotFailedError, TooManyExportsError
from marketplace.exports.models import ExportState
from marketplace.exports.queries import due_exports, get_export
from marketplace.exports.run import run_export
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kintone.client import KintoneClient
from marketplace.publishing.models import Draft
from marketplace.workspaces.models import Workspace
from tests.exports.factories import make_order
from tests.installs.conftest import worker  # noqa: F401 - a fixture
from tests.installs.fake_kintone import KilledError, refusal, reply
from tests.installs.test_builtin_workspace import BuiltIn
from tests.installs.test_resume import KnownDead


@pytest.fixture
def desk(worker):  # noqa: F811 - the fixture
    return Desk(worker)


class Breaking:
    """Carries calls on; `before` may answer instead or raise, and is told the number of the call."""

    def __init__(self, transport):
        self.transport = transport
        self.calls = []
        self.before = lambda _number: None

    def send(self, method, path, **sent):
        self.calls.append((method, path))
        return self.before(len(self.calls)) or self.transport.send(method, path, **sent)


class Desk:
    """A workspace with three joined apps, and a worker that exports them."""

    def __init__(self, worker):  # noqa: F811 - the fixture
        self.worker = worker
        built_in = BuiltIn(worker)
        import_id = built_in.order(sample_records=False)
        built_in.run(import_id)
        self.app_ids = worker.progress(import_id).app_ids
        self.workspace_id = built_in.site_id
        self.way = Breaking(built_in.client.transport)
        self.pauses = []

    def act(self, service, *arguments):
        with unit_of_work(self.worker.sessions) as (session, after_commit):
            worker = self.worker
            ctx = Context(session, SYSTEM, worker.clock, after_commit, worker.ports)
            return service(ctx, *arguments)

    def start(self, **changes):
        return self.act(services.start_export, self.workspace_id, make_order(self.app_ids["report"], **changes)).id

    def run(self, export_id, workers=None):
        client, hand = KintoneClient(self.way), self.worker
        connect = lambda *_: client  # noqa: E731 - as short as it can be
        run_export(hand.sessions, hand.ports, connect, export_id, hand.clock, self.pauses.append, workers)

    def view(self, export_id):
        return self.act(get_export, export_id)

    def drafts(self):
        return self.act(lambda ctx: list(ctx.session.scalars(select(Draft))))

    def assert_done(self, export_id):
        view = self.view(export_id)
        assert view.failure is None, view.failure
        assert view.export.state is ExportState.SUCCEEDED
        assert [draft.id for draft in self.drafts()] == [view.export.draft_id]
        assert [app.key for app in view.report.carried] == ["report", "request", "program"]


def at(number, act):
    def before(count):
        return act() if count == number else None

    return before


def die():
    raise KilledError


def test_a_draft_and_a_report_come_of_it_and_each_act_is_in_the_audit_log(desk):
    export_id = desk.start()
    desk.run(export_id)
    desk.assert_done(export_id)
    acts = desk.act(lambda ctx: list(ctx.session.scalars(select(AuditEvent.act).order_by(AuditEvent.act))))
    assert {"export.started", "export.succeeded", "draft.uploaded"} <= set(acts)
    assert all(method == "GET" for method, _path in desk.way.calls)


@pytest.mark.parametrize("number", [1, 20, 50])
def test_what_a_killed_worker_left_is_begun_anew_by_another(desk, number):
    export_id = desk.start()
    desk.way.before = at(number, die)
    with pytest.raises(KilledError):
        desk.run(export_id)
    desk.way.before = lambda _number: None
    desk.run(export_id)
    assert desk.view(export_id).export.state is ExportState.RUNNING, "nobody can tell that the worker is dead"
    assert desk.act(lambda ctx: due_exports(ctx.session, ctx.now(), KnownDead())) == [export_id]
    desk.run(export_id, KnownDead())
    desk.assert_done(export_id)


def test_a_silent_worker_s_export_is_due_when_its_lease_has_run_out(desk):
    export_id = desk.start()
    desk.way.before = at(5, die)
    with pytest.raises(KilledError):
        desk.run(export_id)
    desk.way.before = lambda _number: None
    assert desk.act(lambda ctx: due_exports(ctx.session, ctx.now())) == []
    desk.worker.clock.advance(seconds=21)
    assert desk.act(lambda ctx: due_exports(ctx.session, ctx.now())) == [export_id]
    desk.run(export_id)
    desk.assert_done(export_id)


def test_a_worker_that_comes_back_late_makes_no_second_draft(desk):
    export_id = desk.start()

    def overtake():
        desk.way.before = lambda _number: None
        desk.worker.clock.advance(seconds=21)
        desk.run(export_id)

    desk.way.before = at(10, overtake)
    desk.run(export_id)
    desk.assert_done(export_id)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_waited_for(desk, status):
    export_id = desk.start()
    desk.way.before = lambda count: refusal(status, "GAIA_XX", "あとで") if count in {3, 4, 9} else None
    desk.run(export_id)
    desk.assert_done(export_id)
    assert desk.pauses == [1.0, 2.0, 1.0]


def test_what_does_not_pass_ends_it_with_reason_and_remedy_and_can_be_tried_again(desk):
    export_id = desk.start()
    desk.way.before = lambda count: refusal(503, "", "メンテナンス中") if count > 3 else None
    desk.run(export_id)
    failed = desk.view(export_id)
    assert failed.export.state is ExportState.FAILED
    assert "実績報告" in failed.failure.reason.ja
    assert "再開" in failed.failure.remedy.ja
    assert desk.pauses == [1.0, 2.0, 4.0, 8.0, 8.0]
    desk.way.before = lambda _number: None
    desk.act(services.retry_export, export_id)
    desk.run(export_id)
    desk.assert_done(export_id)


@pytest.mark.parametrize("number", [1, 9])
def test_a_wrong_password_ends_it_at_once_and_is_no_matter_of_one_app(desk, number):
    export_id = desk.start()
    wrong = reply(401, {"code": "CB_WA01", "id": "x", "message": "違います"})
    desk.way.before = lambda count: wrong if count >= number else None
    desk.run(export_id)
    view = desk.view(export_id)
    assert (view.export.state, view.failure.code) == (ExportState.FAILED, "CB_WA01")
    assert "アカウントを入れ替え" in view.failure.remedy.ja


def test_a_cancelled_export_makes_no_further_call_and_no_draft(desk):
    export_id = desk.start()
    desk.way.before = at(2, lambda: desk.act(services.cancel_export, export_id) and None)
    desk.run(export_id)
    assert desk.view(export_id).export.state is ExportState.CANCELLED
    assert desk.drafts() == []
    with pytest.raises(ExportEndedError):
        desk.act(services.cancel_export, export_id)
    with pytest.raises(ExportNotFailedError):
        desk.act(services.retry_export, export_id)


def test_only_so_many_are_under_way_at_once(desk):
    for _ in range(services.MOST_AT_ONCE):
        desk.start()
    with pytest.raises(TooManyExportsError):
        desk.start()


def test_a_workspace_that_was_closed_meanwhile_is_not_read(desk):
    export_id = desk.start()

    def close(ctx):
        ctx.session.get_one(Workspace, desk.workspace_id).closed_at = ctx.now()

    desk.act(close)
    desk.run(export_id)
    assert desk.view(export_id).failure.code == "workspace-not-open"
    assert desk.way.calls == []


def test_a_survey_tells_and_makes_nothing(desk):
    export_id = desk.start(dry_run=True, slug="")
    desk.run(export_id)
    view = desk.view(export_id)
    assert view.export.state is ExportState.SUCCEEDED
    assert [one.code for one in view.report.replaced] == ["sato"]
    assert (view.export.draft_id, view.report.version, desk.drafts()) == (None, None, [])
