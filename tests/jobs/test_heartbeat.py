"""Workers say that they are alive, and are counted from anywhere; nobody is ever taken for dead by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions
from marketplace.jobs.heartbeat import ALIVE_FOR, BEATS_EVERY, Heartbeat, count_alive
from marketplace.jobs.models import WorkerBeat


@pytest.fixture
def count(sessions, clock):
    def alive():
        with sessions.open(writes=False) as session:
            return count_alive(session, clock())

    return alive


def test_a_worker_counts_from_its_first_beat_to_its_end(sessions, clock, count):
    assert count() == 0
    one, two = (Heartbeat(sessions, name, clock) for name in ("one", "two"))
    one.beat()
    two.beat()
    assert count() == 2
    one.end()
    assert count() == 1


def test_a_worker_that_was_killed_counts_no_more_after_a_while(sessions, clock, count):
    killed, living = Heartbeat(sessions, "killed", clock), Heartbeat(sessions, "living", clock)
    killed.beat()
    for _ in range(int(ALIVE_FOR / BEATS_EVERY) + 1):
        living.beat()
        clock.advance(seconds=BEATS_EVERY.total_seconds())
    assert count() == 1


def test_the_long_dead_are_forgotten(sessions, clock):
    Heartbeat(sessions, "dead", clock).beat()
    clock.advance(days=2)
    Heartbeat(sessions, "living", clock).beat()
    with sessions.open(writes=False) as session:
        assert session.scalars(select(WorkerBeat.name)).all() == ["living"]


def test_beats_are_no_more_than_are_needed(sessions, clock):
    heart = Heartbeat(sessions, "one", clock)
    heart.beat()
    began = clock()
    clock.advance(seconds=BEATS_EVERY.total_seconds() / 2)
    heart.beat()
    with sessions.open(writes=False) as session:
        assert session.scalars(select(WorkerBeat.beat_at)).all() == [began]


def test_a_database_without_a_place_for_it_does_not_end_the_worker(tmp_path, clock):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    heart = Heartbeat(Sessions(engine), "one", clock)
    heart.beat()
    heart.end()
    engine.dispose()
