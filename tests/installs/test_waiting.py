"""A workspace that can't take calls for the moment is left alone, longer each time, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs import services
from marketplace.installs.models import ImportState, StepState
from marketplace.installs.pauses import LONGEST_WAIT, SHORT, next_try, short_pauses
from marketplace.installs.queries import due_imports
from marketplace.kintone.client import KintoneClient, KintoneError, Reply
from tests.installs.fake_kintone import refusal, reply

BUSY = refusal(503, "CB_MT01", "メンテナンス中です。")
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def told(seconds, status=429):
    """Return a refusal that says when to come back."""
    made = refusal(status, "GAIA_TO04")
    return Reply(made.status, made.content, {**made.headers, "Retry-After": str(seconds)})


def answers(worker, *replies):
    """Let the first calls be answered like this."""
    left = list(replies)
    worker.kintone.before = lambda *_call: left.pop(0) if left else None


def due(worker):
    with unit_of_work(worker.sessions, writes=False) as (session, _after_commit):
        return due_imports(session, worker.clock())


def test_after_short_pauses_the_import_is_set_aside_and_no_worker_is_kept_from_other_work(worker):
    worker.kintone.before = lambda *_call: BUSY
    import_id = worker.order()
    worker.run(import_id)
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.RUNNING
    assert progress.import_.lease_owner is None
    assert "メンテナンス中です。" in progress.waiting_for.reason.ja
    assert sum(worker.pauses) <= 1.25 * sum(SHORT)
    assert max(worker.pauses) <= 2
    assert due(worker) == []
    calls = len(worker.kintone.calls)
    worker.run(import_id)
    assert len(worker.kintone.calls) == calls, "not before its time"
    worker.kintone.before = lambda *_call: None
    worker.clock.advance(seconds=21)
    assert due(worker) == [import_id]
    worker.run(import_id)
    ended = worker.progress(import_id)
    assert (ended.import_.state, ended.waiting_for) == (ImportState.SUCCEEDED, None)
    assert len(worker.kintone.apps) == 3


def test_an_import_that_never_gets_through_ends_with_the_reason(worker):
    worker.kintone.before = lambda *_call: BUSY
    import_id = worker.order()
    tries = 0
    while worker.progress(import_id).import_.state is ImportState.RUNNING or not tries:
        worker.run(import_id)
        worker.clock.advance(minutes=16)
        tries += 1
    assert tries < 60
    progress = worker.progress(import_id)
    assert progress.import_.state is ImportState.FAILED
    assert "CB_MT01" in progress.failure.reason.ja
    worker.kintone.before = lambda *_call: None
    worker.act(services.retry_import, import_id)
    worker.run(import_id)
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED


def test_what_the_other_side_asks_for_is_waited_for(worker):
    answers(worker, told(6))
    worker.run(worker.order())
    assert sum(worker.pauses) == pytest.approx(6)


def test_a_long_wish_sets_the_import_aside_at_once(worker):
    answers(worker, told(600, 503))
    import_id = worker.order()
    worker.run(import_id)
    assert worker.pauses == []
    assert worker.progress(import_id).import_.not_before >= worker.clock() + timedelta(seconds=600)


def test_a_wish_beyond_all_patience_ends_the_import(worker):
    answers(worker, told(10**9))
    import_id = worker.order()
    worker.run(import_id)
    assert worker.progress(import_id).import_.state is ImportState.FAILED


def test_a_refused_creation_is_not_looked_for_afterwards(worker):
    worker.kintone.before = lambda _index, method, _path: told(60) if method == "POST" else None
    import_id = worker.order()
    worker.run(import_id)
    worker.kintone.before = lambda *_call: None
    worker.clock.advance(seconds=61)
    calls = len(worker.kintone.calls)
    worker.run(import_id)
    assert worker.kintone.calls[calls] == ("POST", "/k/v1/preview/app.json")


def test_a_pause_ends_when_the_import_is_cancelled(worker):
    worker.kintone.before = lambda *_call: BUSY
    import_id = worker.order()

    class Sleep(list):
        def append(self, seconds):
            super().append(seconds)
            worker.clock.advance(seconds=seconds)
            if len(self) == 2:
                worker.act(services.cancel_import, import_id)

    worker.pauses = Sleep()
    worker.run(import_id)
    assert len(worker.pauses) == 2
    assert len(worker.kintone.calls) <= 2
    assert worker.progress(import_id).import_.state is ImportState.CANCELLED


def test_a_deploy_that_takes_very_long_is_looked_at_again_later(worker):
    busy = [70]

    def processing(_index, method, path):
        if (method, path) == ("GET", "/k/v1/preview/app/deploy.json") and busy[0]:
            busy[0] -= 1
            return reply(200, {"apps": [{"app": str(number), "status": "PROCESSING"} for number in range(1, 4)]})
        return None

    worker.kintone.before = processing
    import_id = worker.order()
    worker.run(import_id)
    assert worker.progress(import_id).waiting_for.code == "deploy-unfinished"
    worker.clock.advance(seconds=31)
    worker.run(import_id)
    assert worker.progress(import_id).import_.state is ImportState.SUCCEEDED
    assert worker.kintone.calls.count(("POST", "/k/v1/preview/app/deploy.json")) == 3


def test_an_import_whose_database_fails_for_good_ends_at_last(worker, session):
    import_id = worker.order()

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO installations"):
            raise OperationalError("INSERT", {}, Exception("deadlock detected"))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", fail)
    tries = 0
    while worker.progress(import_id).import_.state is not ImportState.FAILED:
        worker.run(import_id)
        worker.clock.advance(minutes=16)
        tries += 1
    event.remove(engine, "before_cursor_execute", fail)
    assert 5 < tries < 60
    progress = worker.progress(import_id)
    assert (progress.failure.code, "deadlock" in progress.failure.reason.ja) == ("internal", False)
    assert [step.state for step in progress.steps[:-1]] == [StepState.DONE] * (progress.total - 1)


@given(
    waited=st.timedeltas(timedelta(0), LONGEST_WAIT),
    retry_after=st.none() | st.floats(0, 10**9),
)
def test_a_rest_is_never_too_short_nor_beyond_the_end(waited, retry_after):
    until = next_try(NOW - waited, NOW, retry_after)
    if until is None:
        assert waited + max(timedelta(minutes=15), timedelta(seconds=min(retry_after or 0, 10**6))) > LONGEST_WAIT
    else:
        assert until - NOW >= timedelta(seconds=max(15, (retry_after or 0) - 1))
        assert until - (NOW - waited) <= LONGEST_WAIT


def test_pauses_vary_by_chance():
    assert list(short_pauses()) != list(short_pauses())


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        ("120", None, 120.0),
        ("0", None, 0.0),
        ("Mon, 23 Nov 2026 01:31:30 GMT", "Mon, 23 Nov 2026 01:30:00 GMT", 90.0),
        ("Mon, 23 Nov 2026 01:29:00 GMT", "Mon, 23 Nov 2026 01:30:00 GMT", 0.0),
        ("soon", None, None),
        ("-5", None, None),
        ("1e9", None, None),
        ("٣", None, None),
        ("9" * 400, None, None),
        ("", None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(header, date, seconds):
    class Answering:
        def send(self, *_call, **_sent):
            made = refusal(429, "GAIA_TO04")
            dated = {} if date is None else {"date": date}
            return Reply(made.status, made.content, {**made.headers, **dated, "retry-after": header})

    with pytest.raises(KintoneError) as caught:
        KintoneClient(Answering()).get_part("1", "", "app/views")
    assert caught.value.retry_after == seconds
