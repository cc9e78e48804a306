"""A small machine for the tests: a database of errands, a worker process, and the job that does them.

Run as a program it is the worker: `python -m tests.jobs.machine <folder> <seconds a job takes>`.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.jobs.huey_queue import Errand, HueyQueue
from marketplace.jobs.registry import JobRegistry
from marketplace.jobs.worker import Worker, run_worker
from marketplace.schema import METADATA

JOB = "note"


class Machine:
    """Errands with their state, in a folder that outlives the worker."""

    def __init__(self, folder: Path) -> None:
        self.sessions = Sessions(make_engine(f"sqlite:///{folder / 'database.db'}"))
        self.queue_path = folder / "queue.db"
        self.queue = HueyQueue(self.queue_path)
        METADATA.create_all(self.sessions.engine, [METADATA.tables["public_state"]])
        with unit_of_work(self.sessions) as (session, _):
            session.execute(text("CREATE TABLE IF NOT EXISTS errands (id TEXT PRIMARY KEY, begun INT, done INT)"))

    def ask(self, *subjects: str) -> None:
        """Write errands down without waking anybody."""
        with unit_of_work(self.sessions) as (session, _):
            for subject in subjects:
                session.execute(text("INSERT INTO errands VALUES (:id, 0, 0)"), {"id": subject})

    def states(self) -> dict[str, tuple[int, int]]:
        """Return how often each errand was begun and done."""
        with unit_of_work(self.sessions, writes=False) as (session, _):
            rows = session.execute(text("SELECT id, begun, done FROM errands"))
            return {row[0]: (row[1], row[2]) for row in rows}

    def due(self, session: Session) -> Sequence[Errand]:
        """Tell what is not done, as a domain's sweep does."""
        return [(JOB, row[0]) for row in session.execute(text("SELECT id FROM errands WHERE done = 0"))]

    def do(self, subject: str, seconds: float = 0) -> None:
        """Take effect once, however often it is called."""
        with unit_of_work(self.sessions) as (session, _):
            done = session.scalar(text("SELECT done FROM errands WHERE id = :id"), {"id": subject})
            session.execute(text("UPDATE errands SET begun = begun + 1 WHERE id = :id"), {"id": subject})
        if done:
            return
        time.sleep(seconds)
        with unit_of_work(self.sessions) as (session, _):
            session.execute(text("UPDATE errands SET done = done + 1 WHERE id = :id"), {"id": subject})


def main(folder: str, seconds: str) -> None:
    logging.basicConfig(level=logging.INFO)
    machine, registry = Machine(Path(folder)), JobRegistry()
    registry.register(JOB, lambda subject: machine.do(subject, float(seconds)))
    run_worker(Worker(machine.queue, registry, machine.sessions, threads=2, sweeps=[machine.due]))


if __name__ == "__main__":
    main(*sys.argv[1:])
