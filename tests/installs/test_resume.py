"""A worker may die at any call: the next one ends the import, and nothing is made twice."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs import services
from marketplace.installs.models import ImportState
from marketplace.kintone.errors import KintoneUnreachableError
from marketplace.workspaces.models import Workspace
from tests.installs.fake_kintone import FakeKintone, KilledError, reply

APPS = ("補助制度マスタ", "補助金申請", "実績報告")


def at(number, error):
    """Return a hook that raises at one call."""

    def hook(index, _method, _path):
        if index == number:
            raise error

    return hook


def statuses(word):
    """Return an answer that gives the first apps' deploy one status."""
    return reply(200, {"apps": [{"app": str(number), "status": word} for number in range(1, 4)]})


def count_calls(worker):
    """Return how many calls an undisturbed import makes."""
    worker.run(worker.order())
    return len(worker.kintone.calls)


def calls_to_disturb(worker):
    """Return the number of every call of an import; on PostgreSQL of one in four, as the database has no part in it."""
    total = count_calls(worker)
    return range(0, total, 4 if worker.sessions.engine.dialect.name == "postgresql" else 1)


def assert_complete(worker, import_id):
    """Check that the import came to its end, with everything there exactly once."""
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED
    assert len(worker.kintone.apps) == len(APPS)
    apps = worker.kintone.published()
    assert set(apps) == set(APPS)
    program, request, report = (apps[name] for name in APPS)
    assert [len(app.records) for app in (program, request, report)] == [2, 1, 0]
    assert request.fields["制度コード"]["lookup"]["relatedApp"] == {"app": program.app_id}
    assert program.fields["申請一覧"]["referenceTable"]["relatedApp"] == {"app": request.app_id}
    assert request.records[1]["status"] == "審査中"
    assert all(app.preview == app.live for app in apps.values())


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_at_any_call_leaves_an_import_that_the_next_one_ends(worker, moment):
    numbers = calls_to_disturb(worker)
    first = worker.order_of_same()
    for number in numbers:
        worker.kintone = FakeKintone(first_app_id=100)
        setattr(worker.kintone, moment, at(number, KilledError()))
        with pytest.raises(KilledError):
            worker.run(first)
        worker.run_after_silence(first)
        assert_complete(worker, first)
        first = worker.order_of_same()


@pytest.mark.slow
def test_a_call_that_took_effect_without_an_answer_is_not_made_twice(worker):
    for number in calls_to_disturb(worker):
        worker.kintone = FakeKintone(first_app_id=100, after=at(number, KintoneUnreachableError("timed out")))
        import_id = worker.order_of_same()
        worker.run(import_id)
        assert_complete(worker, import_id)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_was_cancelled_after_a_kill_at_any_call_is_brought_to_its_end_by_the_next_try(worker, moment):
    for number in calls_to_disturb(worker):
        first = worker.order_of_same()
        worker.kintone = FakeKintone(first_app_id=100)
        setattr(worker.kintone, moment, at(number, KilledError()))
        with pytest.raises(KilledError):
            worker.run(first)
        worker.act(services.cancel_import, first)
        second = worker.order_again(first)
        worker.run(second)
        if number > 1:
            assert worker.progress(second).import_.state is ImportState.QUEUED, "the dead one's last call comes to rest"
        worker.run_after_silence(second)
        assert_complete(worker, second)


def test_an_app_made_by_a_killed_worker_is_found_behind_gaps_and_apps_of_others(worker):
    import_id = worker.order()
    worker.kintone.first_app_id = 10
    theirs = worker.kintone._create({"name": "ほかの人のアプリ"})["app"]
    worker.kintone._deploy({"apps": [{"app": theirs}]})
    worker.kintone.first_app_id = 40
    worker.kintone.after = at(1, KilledError())
    with pytest.raises(KilledError):
        worker.run(import_id)
    worker.run_after_silence(import_id)
    assert len(worker.kintone.apps) == 4
    assert set(worker.kintone.published()) == {"ほかの人のアプリ", *APPS}


def test_a_second_worker_leaves_an_import_alone_while_the_first_is_at_it(worker):
    import_id = worker.order()
    seen = []

    def meanwhile(index, _method, _path):
        if index == 5:
            calls = len(worker.kintone.calls)
            worker.run(import_id)
            seen.append(len(worker.kintone.calls) - calls)

    worker.kintone.after = meanwhile
    worker.run(import_id)
    assert seen == [0]
    assert_complete(worker, import_id)


def test_a_worker_that_fell_silent_makes_no_further_call_once_another_took_over(worker):
    import_id = worker.order()

    def take_over(index, _method, _path):
        if index == 5:
            worker.kintone.after = lambda *_call: None
            worker.run_after_silence(import_id)
            calls.append(len(worker.kintone.calls))

    calls = []
    worker.kintone.after = take_over
    worker.run(import_id)
    assert len(worker.kintone.calls) == calls[0]
    assert_complete(worker, import_id)


def test_the_lease_is_renewed_while_a_deploy_takes_long(worker):
    import_id = worker.order()
    busy = [30]

    def processing(_index, method, path):
        if (method, path) == ("GET", "/k/v1/preview/app/deploy.json") and busy[0]:
            busy[0] -= 1
            worker.clock.advance(seconds=2)
            worker.run(import_id)
            return statuses("PROCESSING")
        return None

    worker.kintone.before = processing
    worker.run(import_id)
    assert_complete(worker, import_id)


def test_a_deploy_that_fails_is_asked_for_again_when_the_import_is_resumed(worker):
    import_id = worker.order()
    failed = []

    def fail_once(_index, method, path):
        if path.endswith("deploy.json") and not failed:
            if method == "GET":
                failed.append(True)
                return statuses("FAIL")
            return reply(200, {})
        return None

    worker.kintone.before = fail_once
    worker.run(import_id)
    assert worker.progress(import_id).failure.code == "deploy-failed"
    worker.act(services.retry_import, import_id)
    worker.run(import_id)
    assert_complete(worker, import_id)


def test_a_cancelled_import_makes_no_further_call_and_keeps_what_it_made_in_the_journal(worker):
    import_id = worker.order()

    def cancel(index, _method, _path):
        if index == 1:
            worker.act(services.cancel_import, import_id)

    worker.kintone.after = cancel
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert len(worker.kintone.calls) == 2
    assert progress.import_.state is ImportState.CANCELLED
    assert list(progress.app_ids.values()) == ["1"]


class KnownDead:
    """Knows that every other worker is dead."""

    name = "heir"

    def is_gone(self, name):
        return name != self.name


def test_what_a_worker_known_to_be_dead_left_is_taken_over_at_once(worker):
    import_id = worker.order()
    worker.kintone.after = at(5, KilledError())
    with pytest.raises(KilledError):
        worker.run(import_id)
    worker.run(import_id)
    assert worker.progress(import_id).import_.state is ImportState.RUNNING
    worker.run(import_id, workers=KnownDead())
    assert_complete(worker, import_id)


def test_only_one_worker_takes_over_what_a_dead_one_left(worker):
    import_id = worker.order()
    worker.kintone.after = at(5, KilledError())
    with pytest.raises(KilledError):
        worker.run(import_id)
    seen = []

    def meanwhile(index, _method, _path):
        if index == 9:
            calls = len(worker.kintone.calls)
            worker.run(import_id, workers=KnownDead())
            seen.append(len(worker.kintone.calls) - calls)

    worker.kintone.after = meanwhile
    worker.run(import_id, workers=KnownDead())
    assert seen == [0]
    assert_complete(worker, import_id)


def test_a_dead_worker_s_last_call_to_a_kintone_domain_gets_the_whole_lease_to_come_to_rest(worker):
    import_id = worker.order()
    worker.kintone.after = at(5, KilledError())
    with pytest.raises(KilledError):
        worker.run(import_id)
    with unit_of_work(worker.sessions) as (session, _after_commit):
        session.execute(update(Workspace).values(kind="kintone"))
    calls = len(worker.kintone.calls)
    worker.run(import_id, workers=KnownDead())
    assert len(worker.kintone.calls) == calls
    worker.run_after_silence(import_id)
    assert_complete(worker, import_id)
