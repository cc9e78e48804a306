"""A check tells whether what a municipality runs is still what the template says, whenever it asks."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.installs.checks.errors import CheckNotFoundError, InstallationOutOfReachError
from marketplace.installs.checks.models import CheckState, InstallationCheck
from marketplace.installs.checks.queries import due_checks, get_check
from marketplace.installs.checks.run import run_check
from marketplace.installs.checks.services import JOB, check_installation
from marketplace.installs.errors import ImportUnderWayError, WorkspaceUnusableError
from marketplace.installs.models import ImportState
from marketplace.installs.verification import Result, Verification
from marketplace.kernel.errors import ForbiddenError, NotFoundError
from marketplace.kintone.client import KintoneClient, Stage
from marketplace.sandbox import apps as sandbox
from marketplace.sandbox import sites
from marketplace.transports import InProcessTransport
from marketplace.workspaces.models import CLOSED_NETWORK, Workspace
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle
from tests.installs.builtin import BuiltIn
from tests.installs.factories import CITY
from tests.installs.fake_kintone import KilledError, refusal
from tests.installs.test_resume import KnownDead
from tests.municipalities.factories import actor_for, fictitious_code


class Breaking:
    """Carries calls to the workspace, with something done before one of them."""

    def __init__(self, transport):
        self.transport = transport
        self.calls = []
        self.before = lambda _number: None

    def send(self, method, path, **sent):
        self.calls.append((method, path))
        return self.before(len(self.calls)) or self.transport.send(method, path, **sent)


class Checked(BuiltIn):
    """A template that is installed in a built-in workspace, and the worker that checks it."""

    def __init__(self, worker, **order):
        super().__init__(worker)
        self.run(self.order(**order))
        progress = worker.progress(self.import_id)
        assert progress.import_.state is ImportState.SUCCEEDED, progress.failure
        self.app_ids, self.id = progress.app_ids, progress.import_.installation_id
        self.way = Breaking(InProcessTransport(self.app, self.site_id))
        self.pauses = []

    def ask(self):
        with self.context() as ctx:
            check_installation(ctx, self.id)

    def work(self, workers=None):
        hand = self.worker
        connect = lambda *_: KintoneClient(self.way)  # noqa: E731 - as short as it can be
        run_check(hand.sessions, hand.ports, connect, self.id, hand.clock, self.pauses.append, workers)

    def view(self):
        with self.context() as ctx:
            return get_check(ctx, self.id)

    def check(self):
        self.ask()
        self.work()
        view = self.view()
        assert view.failure is None, view.failure
        assert (view.check.state, view.done) == (CheckState.DONE, view.total)
        return view.verification

    def change(self, key, method, api, **body):
        """Change settings of an app as its municipality does, and bring them into use."""
        app = self.app_ids[key]
        self.client.call(method, f"preview/{api}.json", body={"app": app, **body})
        self.client.call("POST", "preview/app/deploy.json", body={"apps": [{"app": app}]})

    def due(self, workers=None):
        with self.context() as ctx:
            return due_checks(ctx.session, ctx.now(), workers)


ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what is read from the workspace, which does not depend on the database."""


@pytest.fixture
def checked(worker):
    """Three joined apps."""
    return Checked(worker)


@pytest.fixture
def small(worker):
    """One app."""
    app = make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))
    return Checked(worker, bundle=make_bundle({"request": app}), placeholders={})


def at(number, act):
    return lambda count: act() if count == number else None


def die():
    raise KilledError


@ON_SQLITE
def test_what_nobody_changed_is_identical(checked):
    assert checked.check() == Verification((), 0, ())
    assert {method for method, _path in checked.way.calls} == {"GET"}


@ON_SQLITE
def test_placeholders_names_and_own_options_count_as_what_they_became(worker):
    own = {"app": "request", "field": "地区", "options": ["本町", "駅前", "北"]}
    names = {"request": "申請（本庁）"}
    installed = Checked(
        worker, placeholders={"section-chief": ""}, app_names=names, localise=[own], sample_records=False
    )
    assert installed.check().result is Result.IDENTICAL


@ON_SQLITE
def test_records_that_people_wrote_since_are_no_concern_of_a_check(checked):
    checked.client.call("POST", "record.json", body={"app": checked.app_ids["report"], "record": {}})
    assert checked.check().result is Result.IDENTICAL
    assert not [path for _method, path in checked.way.calls if "record" in path and "acl" not in path]


@ON_SQLITE
def test_a_label_that_the_municipality_changed_is_told_with_both_values(checked):
    code, field = next(
        (code, field)
        for code, field in make_joined_bundle().app("request").fields.items()
        if field["type"] == "SINGLE_LINE_TEXT"
    )
    changed = {"type": field["type"], "code": code, "label": "別の名前"}
    checked.change("request", "PUT", "app/form/fields", properties={code: changed})
    (told,) = checked.check().differences
    assert (told.app, told.part, told.pointer) == ("request", "fields", f"/properties/{code}/label")
    assert (told.wanted, told.found) == (f'"{field["label"]}"', '"別の名前"')


@ON_SQLITE
def test_a_view_that_is_gone_and_a_field_that_came_on_top_are_told(checked):
    views = checked.client.get_part(checked.app_ids["request"], Stage.LIVE, "app/views")["views"]
    name = next(iter(views))
    kept = {other: view for other, view in views.items() if other != name}
    kept["新しい一覧"] = {"type": "LIST", "name": "新しい一覧", "index": "0", "fields": []}
    checked.change("request", "PUT", "app/views", views=kept)
    field = {"type": "SINGLE_LINE_TEXT", "code": "追加メモ", "label": "追加メモ"}
    checked.change("program", "POST", "app/form/fields", properties={"追加メモ": field})
    told = {(one.app, one.part, one.pointer): (one.wanted, one.found) for one in checked.check().differences}
    assert told[("request", "views", f"/views/{name}")][1] is None
    assert told[("request", "views", "/views/新しい一覧")][0] is None
    assert told[("program", "fields", "/properties/追加メモ")][0] is None


@ON_SQLITE
def test_what_the_template_says_nothing_about_is_no_difference(checked):
    checked.change("program", "PUT", "app/settings", theme="RED", titleField={"selectionMode": "AUTO"})
    parts = {one.part for one in checked.check().differences}
    assert parts <= {"settings"}


@ON_SQLITE
def test_an_app_that_was_deleted_is_one_difference(checked):
    with checked.context() as ctx:
        owner = sites.owner(ctx.session, checked.site_id)
        gone = sandbox.find_app(ctx.session, checked.site_id, int(checked.app_ids["report"]))
        sandbox.delete_app(ctx.session, owner, gone, ctx.now())
    found = checked.check()
    assert [(one.app, one.part, one.found) for one in found.differences if one.app == "report"] == [
        ("report", "settings", None)
    ]
    assert not [one for one in found.unread if one.app == "report"]


def test_the_next_check_takes_the_place_of_the_one_before(small):
    assert small.check().result is Result.IDENTICAL
    small.change("request", "PUT", "app/settings", description="説明を変えた")
    small.worker.clock.advance(hours=1)
    small.ask()
    assert small.view().verification.result is Result.IDENTICAL, "what was known stays until more is known"
    small.work()
    view = small.view()
    assert view.verification.result is Result.DIFFERENT
    assert view.check.checked_at == small.worker.clock()
    with small.context() as ctx:
        assert len(list(ctx.session.scalars(select(InstallationCheck)))) == 1


def test_asking_is_queued_and_each_act_is_in_the_audit_log(small):
    small.check()
    assert (JOB, small.id) in small.worker.ports.jobs.asked
    with small.context() as ctx:
        told = ctx.session.execute(
            select(AuditEvent.act, AuditEvent.municipality_code).where(AuditEvent.subject_kind == "installation")
        )
        acts = sorted(tuple(row) for row in told)
    assert acts == [
        ("installation.check-started", CITY),
        ("installation.checked", CITY),
    ]


def test_a_check_under_way_is_joined(small):
    small.ask()
    small.ask()
    assert small.worker.ports.jobs.asked.count((JOB, small.id)) == 1
    small.work()
    calls = len(small.way.calls)
    small.work()
    assert len(small.way.calls) == calls, "what has ended is not done again"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_a_killed_worker_left_is_begun_anew_by_another(small, number):
    small.ask()
    small.way.before = at(number, die)
    with pytest.raises(KilledError):
        small.work()
    small.way.before = lambda _number: None
    small.work()
    assert small.view().check.state is CheckState.RUNNING, "nobody can tell that the worker is dead"
    assert small.due() == []
    assert small.due(KnownDead()) == [small.id]
    small.worker.clock.advance(seconds=21)
    assert small.due() == [small.id]
    small.work()
    assert small.view().verification.result is Result.IDENTICAL


def test_a_worker_that_comes_back_late_overwrites_nothing(small):
    small.ask()

    def overtake():
        small.way.before = lambda _number: None
        small.worker.clock.advance(seconds=21)
        small.work()
        small.worker.clock.advance(seconds=1)

    small.way.before = at(3, overtake)
    small.work()
    view = small.view()
    assert (view.check.state, view.check.checked_at) == (CheckState.DONE, view.check.finished_at)
    assert view.check.checked_at < small.worker.clock()


@ON_SQLITE
@pytest.mark.parametrize("status", [429, 503])
def test_what_passes_is_waited_for(small, status):
    small.way.before = lambda count: refusal(status, "GAIA_XX", "あとで") if count in {3, 4} else None
    assert small.check().result is Result.IDENTICAL
    assert small.pauses == [1.0, 2.0]


@ON_SQLITE
def test_what_does_not_pass_ends_it_and_keeps_what_was_known(small):
    small.check()
    small.way.before = lambda _count: refusal(503, "", "メンテナンス中")
    small.ask()
    small.work()
    view = small.view()
    assert (view.check.state, view.verification.result) == (CheckState.FAILED, Result.IDENTICAL)
    assert "もう一度照合" in view.failure.remedy.ja
    small.way.before = lambda _count: None
    assert small.check().result is Result.IDENTICAL


@ON_SQLITE
def test_a_wrong_password_ends_it_with_what_to_do(small):
    small.way.before = lambda _count: refusal(401, "CB_WA01", "違います")
    small.ask()
    small.work()
    view = small.view()
    assert (view.check.state, view.failure.code) == (CheckState.FAILED, "CB_WA01")
    assert len(small.way.calls) == 1


@ON_SQLITE
def test_what_kintone_refuses_to_tell_leaves_it_incomplete(checked):
    def refuse(number):
        _method, path = checked.way.calls[number - 1]
        return refusal(403, "CB_NO02", "権限がありません。") if path.endswith("/record/acl.json") else None

    checked.way.before = refuse
    found = checked.check()
    assert found.result is Result.INCOMPLETE
    assert {(one.part, one.subject) for one in found.unread} == {("permissions", "record")}


@ON_SQLITE
def test_while_the_same_template_is_being_installed_nothing_is_checked(checked):
    checked.ask()
    checked.order_again(sample_records=False)
    with checked.context() as ctx, pytest.raises(ImportUnderWayError):
        check_installation(ctx, checked.id)
    checked.work()
    assert checked.view().failure.code == "import-under-way"


@ON_SQLITE
def test_a_closed_network_is_refused_and_told_why(small):
    with small.context() as ctx:
        ctx.session.get_one(Workspace, small.site_id).kind = CLOSED_NETWORK
    with small.context() as ctx, pytest.raises(InstallationOutOfReachError):
        check_installation(ctx, small.id)


@ON_SQLITE
def test_a_closed_workspace_is_not_read(small):
    small.ask()
    with small.context() as ctx:
        ctx.session.get_one(Workspace, small.site_id).closed_at = ctx.now()
    with small.context() as ctx, pytest.raises(WorkspaceUnusableError):
        check_installation(ctx, small.id)
    small.work()
    assert small.view().failure.code == "workspace-not-open"
    assert small.way.calls == []


def test_who_may_only_read_sees_the_result_and_asks_for_none(small, context_of):
    reader = context_of(actor_for("reader", CITY))
    with pytest.raises(CheckNotFoundError):
        get_check(reader, small.id)
    small.check()
    assert get_check(reader, small.id).verification.result is Result.IDENTICAL
    with pytest.raises(ForbiddenError):
        check_installation(reader, small.id)


@ON_SQLITE
def test_another_municipality_learns_nothing(small, context_of):
    small.check()
    neighbour = context_of(actor_for("admin", fictitious_code()))
    for act in (get_check, check_installation):
        with pytest.raises(NotFoundError) as refused:
            act(neighbour, small.id)
        assert refused.value.code == "not-found"
