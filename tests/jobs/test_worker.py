from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from marketplace.jobs.registry import JobRegistry
from marketplace.jobs.worker import Worker
from tests.jobs.machine import JOB, Machine

ROOT = Path(__file__).parents[2]


@pytest.fixture
def machine(tmp_path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.queue.close()
    made.sessions.engine.dispose()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def working(machine: Machine, job: Callable[[str], None], sweeps=()) -> Iterator[Worker]:
    """Run a worker in a thread."""
    registry = JobRegistry()
    registry.register(JOB, job)
    worker = Worker(machine.queue, registry, machine.sessions, threads=2, sweeps=list(sweeps))
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=40)
        assert not thread.is_alive()


@contextmanager
def worker_process(folder: Path, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as a process of its own."""
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.machine", str(folder), str(seconds)], cwd=ROOT, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_an_enqueued_job_runs_once(machine):
    machine.ask("a")
    with working(machine, machine.do):
        machine.queue.enqueue(JOB, "a")
        wait_for(lambda: machine.states()["a"][1] > 0)
        time.sleep(0.3)
    assert machine.states() == {"a": (1, 1)}


def test_a_job_that_nobody_enqueued_is_found_by_the_sweep(machine):
    machine.ask("a", "b", "c")
    with working(machine, machine.do, [machine.due]):
        wait_for(lambda: all(done for _begun, done in machine.states().values()))
    assert machine.states() == {"a": (1, 1), "b": (1, 1), "c": (1, 1)}


def test_a_job_asked_for_twice_takes_effect_once(machine):
    machine.ask("a")
    for _time in range(3):
        machine.queue.enqueue(JOB, "a")
    with working(machine, machine.do, [machine.due]):
        wait_for(lambda: machine.states()["a"][1] > 0 and not machine.queue.waiting())
    assert machine.states()["a"][1] == 1


def test_sweeps_do_not_pile_up_what_is_running_or_waiting(machine):
    machine.ask("a", "b", "c")
    release, most = threading.Event(), []

    def hold(subject: str) -> None:
        release.wait(timeout=20)
        machine.do(subject)

    with working(machine, hold, [machine.due]) as worker:
        wait_for(lambda: len(worker._running) == 2)
        for _sweep in range(3):
            worker._sweep()
            most.append(len(machine.queue.waiting()))
        release.set()
        wait_for(lambda: all(done for _begun, done in machine.states().values()))
    assert most == [1, 1, 1]


def test_a_job_that_fails_stops_neither_the_worker_nor_the_others(machine, caplog):
    machine.ask("good")

    def job(subject: str) -> None:
        if subject == "bad":
            raise ValueError(subject)
        machine.do(subject)

    with working(machine, job):
        machine.queue.enqueue(JOB, "bad")
        machine.queue.enqueue("no such job", "x")
        machine.queue.enqueue(JOB, "good")
        wait_for(lambda: machine.states()["good"][1] == 1)
    assert "Job note for bad failed" in caplog.text


def test_a_sweep_that_fails_does_not_keep_the_others_from_their_work(machine):
    def broken(_session):
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    machine.ask("a")
    with working(machine, machine.do, [broken, machine.due]):
        wait_for(lambda: machine.states()["a"][1] == 1)


def test_a_queue_that_can_not_be_written_only_delays_the_work(machine, tmp_path):
    machine.queue_path.mkdir()
    machine.queue.enqueue(JOB, "a")


def test_a_damaged_queue_file_is_replaced(machine):
    machine.queue_path.write_bytes(b"this is no database" * 100)
    machine.queue.enqueue(JOB, "a")
    assert machine.queue.waiting() == {(JOB, "a")}


def test_a_name_is_registered_once():
    registry = JobRegistry()
    registry.register(JOB, print)
    with pytest.raises(ValueError, match="registered already"):
        registry.register(JOB, print)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_ends_what_it_began(machine, tmp_path, number):
    machine.ask("a")
    with worker_process(tmp_path, 1) as process:
        wait_for(lambda: machine.states()["a"][0] == 1)
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
    assert machine.states() == {"a": (1, 1)}


def test_work_survives_a_killed_worker_and_a_lost_queue(machine, tmp_path):
    machine.ask("a", "b", "c")
    machine.queue.enqueue(JOB, "a")
    with worker_process(tmp_path, 60) as process:
        wait_for(lambda: sum(begun for begun, _done in machine.states().values()) >= 2)
        process.kill()
    machine.queue.close()
    for file in tmp_path.glob("queue.db*"):
        file.unlink()
    with worker_process(tmp_path, 0):
        wait_for(lambda: all(done == 1 for _begun, done in machine.states().values()))
