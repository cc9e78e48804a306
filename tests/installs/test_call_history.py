"""The journal keeps every call with its answer, and nothing of its content."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import unit_of_work
from marketplace.housekeeping import forget
from marketplace.installs import services
from marketplace.installs.call_history import calls_of_steps, list_calls
from marketplace.installs.call_words import words_of
from marketplace.installs.models import CallEntry
from marketplace.kernel.errors import NotFoundError
from marketplace.kintone.client import Reply
from marketplace.kintone.errors import KintoneUnreachableError
from tests.installs.fake_kintone import KilledError, refusal


def entries(worker):
    with unit_of_work(worker.sessions, writes=False) as (session, _after_commit):
        return session.scalars(select(CallEntry).order_by(CallEntry.import_id, CallEntry.number)).all()


def made(worker):
    return [(entry.method, entry.path) for entry in entries(worker)]


def test_every_call_is_kept_in_order_with_the_step_that_made_it(worker):
    import_id = worker.order()
    worker.run(import_id)
    assert made(worker) == worker.kintone.calls
    found = entries(worker)
    assert [entry.number for entry in found] == list(range(1, len(found) + 1))
    steps = worker.progress(import_id).steps
    by_step = {steps[entry.position].kind.value for entry in found}
    assert {"create_app", "deploy", "records", "verify"} <= by_step
    assert {entry.status for entry in found} == {200}
    views = next(entry for entry in found if entry.path.endswith("views.json") and entry.method == "PUT")
    assert views.app_id is not None


def test_no_content_is_kept(worker):
    worker.run(worker.order())
    kept = str([vars(entry) for entry in entries(worker)])
    assert "商店街活性化" not in kept
    assert "sato" not in kept


def test_refusals_and_lost_calls_are_kept_with_their_codes(worker):
    def before(index, _method, _path):
        if index == 2:
            return refusal(429, "GAIA_TO04")
        if index == 3:
            raise KintoneUnreachableError("timed out", code="time-out")
        return Reply(502, b"<html>", {"Content-Type": "text/html"}) if index == 6 else None

    worker.kintone.before = before
    worker.run(worker.order())
    odd = [(entry.status, entry.code) for entry in entries(worker) if entry.code and entry.code != "GAIA_AP01"]
    assert odd == [(429, "GAIA_TO04"), (None, "time-out"), (502, "http-502")]
    assert made(worker) == worker.kintone.calls


def test_after_a_kill_the_numbers_go_on_and_the_next_try_has_its_own(worker):
    import_id = worker.order()

    def die(index, _method, _path):
        if index == 8:
            raise KilledError

    worker.kintone.after = die
    with pytest.raises(KilledError):
        worker.run(import_id)
    worker.run_after_silence(import_id)
    found = entries(worker)
    assert [entry.number for entry in found] == list(range(1, len(found) + 1))
    assert {entry.attempt for entry in found} == {1, 2}
    lost = len(worker.kintone.calls) - len(found)
    assert 1 <= lost <= 2, "only what the killed worker had not written yet"


def test_what_was_answered_before_is_noted_once(worker):
    worker.kintone.before = lambda _index, _method, path: (
        Reply(200, b'{"apps": []}', {"Content-Type": "application/json"}, is_repeated=True)
        if path.endswith("/apps.json")
        else None
    )
    worker.run(worker.order())
    assert ("GET", "/k/v1/apps.json") not in made(worker)


def test_calls_are_forgotten_long_after_the_import_and_the_steps_stay(worker, ctx, clock):
    import_id = worker.order()
    worker.run(import_id)
    clock.moment += timedelta(days=89)
    forget(ctx)
    assert calls_of_steps(ctx, import_id)
    clock.moment += timedelta(days=2)
    forget(ctx)
    assert list_calls(ctx, import_id).items == []
    assert worker.progress(import_id).done > 20


def test_calls_are_read_page_by_page(worker, ctx):
    import_id = worker.order()
    worker.run(import_id)
    numbers, cursor = [], None
    while True:
        page = list_calls(ctx, import_id, cursor, 7)
        numbers += [call.number for call in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert numbers == list(range(1, len(worker.kintone.calls) + 1))


def test_calls_of_an_import_that_does_not_exist_are_not_found(ctx):
    for read in (list_calls, calls_of_steps):
        with pytest.raises(NotFoundError):
            read(ctx, "nothing")


def test_a_cancelled_import_keeps_the_calls_that_were_made(worker):
    import_id = worker.order()

    def cancel(index, _method, _path):
        if index == 1:
            worker.act(services.cancel_import, import_id)

    worker.kintone.after = cancel
    worker.run(import_id)
    assert made(worker) == worker.kintone.calls


@pytest.mark.parametrize(
    ("method", "path", "ja"),
    [
        ("PUT", "/k/v1/preview/app/views.json", "一覧を設定する"),
        ("POST", "/k/guest/5/v1/preview/app/deploy.json", "設定の反映を始める"),
        ("GET", "/k/v1/records.json", "レコードを読み出す"),
        ("PUT", "/k/v1/unheard-of.json", "PUT /k/v1/unheard-of.json"),
    ],
)
def test_calls_are_told_in_words(method, path, ja):
    assert words_of(method, path).ja == ja
