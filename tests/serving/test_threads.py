"""Calls share one thread while they are quick, and none waits for a slow one."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from threading import Event, current_thread, get_ident

import pytest

from marketplace.serving import threads
from marketplace.serving.threads import PATIENCE, OneAtATime

MOST = 5
LONG = 10.0


@pytest.fixture
def pool() -> Iterator[OneAtATime]:
    made = OneAtATime(MOST)
    yield made
    made.shutdown()


def hasten_until(pool: OneAtATime, is_done) -> None:
    """Do what the main loop of a web process does while requests wait."""
    end = time.monotonic() + LONG
    while not is_done():
        assert time.monotonic() < end
        time.sleep(pool.hasten() or PATIENCE)


def settle(pool: OneAtATime) -> None:
    """Wait until every thread sleeps."""
    hasten_until(pool, lambda: len(pool._asleep) == pool._count)


def test_quick_calls_share_a_thread(pool):
    idents = set()
    for _ in range(50):
        idents.add(pool.submit(get_ident).result(LONG))
        settle(pool)
    assert len(idents) == 1


def test_a_slow_call_keeps_nobody_waiting(pool):
    held = Event()
    slow = pool.submit(held.wait, LONG)
    quick = [pool.submit(get_ident) for _ in range(20)]
    hasten_until(pool, lambda: all(call.done() for call in quick))
    assert not slow.done()
    held.set()
    assert slow.result(LONG)


def test_while_nobody_hastens_a_new_call_finds_a_thread_beside_a_slow_one(pool):
    held = Event()
    slow = pool.submit(held.wait, LONG)
    time.sleep(2 * PATIENCE)
    assert pool.submit(current_thread).result(LONG).daemon
    assert not slow.done()
    held.set()


def test_there_are_no_more_threads_than_may_be(pool):
    held = Event()
    slow = [pool.submit(held.wait, LONG) for _ in range(MOST)]
    hasten_until(pool, lambda: not pool._waiting)
    last = pool.submit(get_ident)
    for _ in range(5):
        time.sleep(PATIENCE)
        assert pool.hasten() == PATIENCE
    assert not last.done()
    held.set()
    assert last.result(LONG)
    assert all(call.result(LONG) for call in slow)
    assert pool.hasten() is None


def test_while_it_is_crowded_calls_wait_for_those_under_way_and_for_no_other():
    crowded, held = Event(), Event()
    pool = OneAtATime(MOST, crowded.is_set)
    slow = [pool.submit(held.wait, LONG) for _ in range(2)]
    hasten_until(pool, lambda: not pool._waiting)
    crowded.set()
    last = pool.submit(get_ident)
    for _ in range(5):
        time.sleep(PATIENCE)
        assert pool.hasten() == PATIENCE
    assert pool._count == 2
    held.set()
    assert last.result(LONG)
    assert all(call.result(LONG) for call in slow)
    pool.shutdown()


def test_threads_that_find_nothing_to_do_end(pool, monkeypatch):
    monkeypatch.setattr(threads, "IDLE_SECONDS", 0.05)
    held = Event()
    slow = [pool.submit(held.wait, LONG) for _ in range(MOST)]
    hasten_until(pool, lambda: not pool._waiting)
    held.set()
    assert all(call.result(LONG) for call in slow)
    hasten_until(pool, lambda: pool._count == 0)
    assert pool.submit(get_ident).result(LONG)


def test_no_call_is_lost_while_threads_end(pool, monkeypatch):
    monkeypatch.setattr(threads, "IDLE_SECONDS", 0.001)
    for number in range(300):
        assert pool.submit(int, number).result(LONG) == number
        time.sleep(0.001)


def test_what_a_call_raises_reaches_whoever_asks_and_the_thread_goes_on(pool):
    ident = pool.submit(get_ident).result(LONG)
    settle(pool)
    failed = pool.submit(int, "no number")
    assert isinstance(failed.exception(LONG), ValueError)
    settle(pool)
    ended = pool.submit(exit, 3)
    assert isinstance(ended.exception(LONG), SystemExit)
    settle(pool)
    assert pool.submit(get_ident).result(LONG) == ident


def test_after_the_end_nothing_is_taken_and_the_rest_is_done(pool):
    held = Event()
    slow = pool.submit(held.wait, LONG)
    waiting = pool.submit(get_ident)
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(get_ident)
    held.set()
    assert slow.result(LONG)
    assert waiting.result(LONG)


def test_a_cancelled_call_is_not_made(pool):
    held, made = Event(), []
    slow = pool.submit(held.wait, LONG)
    cancelled = pool.submit(made.append, 1)
    assert cancelled.cancel()
    held.set()
    assert slow.result(LONG)
    assert pool.submit(get_ident).result(LONG)
    assert made == []


def test_no_call_is_lost_or_made_twice(pool):
    chance = random.Random(7)  # noqa: S311 - no secret
    made: list[int] = []

    def call(number: int, seconds: float) -> None:
        time.sleep(seconds)
        made.append(number)

    calls = []
    for number in range(400):
        calls.append(pool.submit(call, number, chance.choice((0, 0, 0, 0.0005, 0.005))))
        time.sleep(chance.choice((0, 0.0002)))
        pool.hasten()
    hasten_until(pool, lambda: all(each.done() for each in calls))
    assert sorted(made) == list(range(400))
