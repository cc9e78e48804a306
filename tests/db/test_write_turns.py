"""Threads of one process take turns at writing to SQLite, and none is kept from it for good."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from marketplace.db import write_turns
from marketplace.db.engine import WRITES, make_engine

THREADS, TIMES = 4, 25
HELD = 0.3


@pytest.fixture
def engine(tmp_path):
    made = make_engine(f"sqlite:///{tmp_path / 'turns.db'}")
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counts (number INTEGER)")
        connection.exec_driver_sql("INSERT INTO counts VALUES (0)")
    yield made
    made.dispose()


def count_up(engine):
    with engine.begin() as connection:
        number = connection.exec_driver_sql("SELECT number FROM counts").scalar()
        connection.exec_driver_sql("UPDATE counts SET number = ?", (number + 1,))


def counted(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT number FROM counts").scalar()


def in_threads(work, count=THREADS):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_every_thread_comes_to_write(engine):
    in_threads(lambda: [count_up(engine) for _ in range(TIMES)])
    assert counted(engine) == THREADS * TIMES


def test_a_writer_goes_on_as_soon_as_the_other_is_done(engine):
    """Left to itself SQLite would have it look again after up to 100 ms."""
    waited = []

    def write():
        with engine.begin():
            waited.append(time.monotonic() - released[0] if released else None)

    released: list[float] = []
    thread = threading.Thread(target=write)
    with engine.begin():
        thread.start()
        time.sleep(HELD)
        assert not waited
    released.append(time.monotonic())
    thread.join()
    assert len(waited) == 1


def test_a_turn_ends_with_a_transaction_that_failed(engine):
    def fail():
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT * FROM there_is_no_such_table")

    with pytest.raises(OperationalError):
        fail()
    begun = time.monotonic()
    count_up(engine)
    assert time.monotonic() - begun < write_turns.PATIENCE


def test_a_connection_keeps_its_turn_over_several_transactions(engine):
    with engine.connect() as connection:
        for _ in range(2):
            connection.exec_driver_sql("UPDATE counts SET number = number + 1")
            connection.commit()
    assert counted(engine) == 2


def test_readers_wait_for_nobody(engine):
    with engine.begin(), engine.connect().execution_options(**{WRITES: False}) as reader:
        assert reader.exec_driver_sql("SELECT number FROM counts").scalar() == 0


def test_a_turn_that_is_not_given_back_only_costs_time(engine, monkeypatch):
    monkeypatch.setattr(write_turns, "PATIENCE", 0.1)
    with engine.connect() as idle:
        idle.exec_driver_sql("SELECT 1")
        idle.commit()  # The lock of the file is free, the turn is not.
        count_up(engine)
    count_up(engine)
    assert counted(engine) == 2


def test_other_processes_are_met_at_the_file(engine, tmp_path):
    other = make_engine(f"sqlite:///{tmp_path / 'turns.db'}")
    in_threads(lambda: [(count_up(engine), count_up(other)) for _ in range(5)], 2)
    other.dispose()
    assert counted(engine) == 20
