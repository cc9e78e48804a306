"""The worker: threads that run jobs, and a sweep that finds in the database what no queue remembers."""

from __future__ import annotations

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from huey.consumer import Consumer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.jobs.huey_queue import Errand, HueyQueue
from marketplace.jobs.registry import JobRegistry

logger = logging.getLogger(__name__)

Sweep = Callable[[Session], Sequence[Errand]]
"""Returns the errands that are due: neither done nor held by the lease of a living worker."""

SWEEP_SECONDS = 2.0
POLL_SECONDS = 0.5
STOP_SECONDS = 9
"""Shorter than the grace time of the keeper of all processes (serving.py)."""


class Worker:
    """Runs the errands of one queue until it is stopped."""

    def __init__(
        self, queue: HueyQueue, registry: JobRegistry, sessions: Sessions, *, threads: int, sweeps: Sequence[Sweep]
    ) -> None:
        """Set up the threads; nothing starts before `run`."""
        self.queue = queue
        self.registry = registry
        self.sessions = sessions
        self.sweeps = sweeps
        self.stopping = threading.Event()
        self._running: set[Errand] = set()
        self._lock = threading.Lock()
        self._consumer = Consumer(
            queue.serve(self._run_errand),
            workers=threads,
            periodic=False,
            max_delay=POLL_SECONDS,
            shutdown_timeout=STOP_SECONDS,
        )

    def run(self) -> None:
        """Work until `stop`, then let what is running come to its end, for at most STOP_SECONDS.

        A job that takes longer is dropped with the process and taken up again by a sweep.
        """
        self._consumer.scheduler.start()
        for _worker, thread in self._consumer.worker_threads:
            thread.start()
        logger.info("Worker started with %s threads", len(self._consumer.worker_threads))
        try:
            while not self.stopping.is_set():
                self._sweep()
                self._consumer.check_worker_health()  # Replaces a thread that died.
                self.stopping.wait(SWEEP_SECONDS)
        finally:
            self._consumer.stop(graceful=True)
            self.queue.close()
            logger.info("Worker stopped")

    def stop(self) -> None:
        """Ask the worker to end; safe from any thread and from a signal."""
        self.stopping.set()

    def _sweep(self) -> None:
        """Enqueue what is due and neither waiting nor running here."""
        for sweep in self.sweeps:
            try:
                with unit_of_work(self.sessions, writes=False) as (session, _after_commit):
                    due = list(sweep(session))
                known = self.queue.waiting() | self._snapshot()
                for job, subject_id in due:
                    if (job, subject_id) not in known:
                        self.queue.enqueue(job, subject_id)
            except (SQLAlchemyError, sqlite3.Error):
                # A database that is away for a while must not end the worker.
                logger.exception("Sweep failed; trying again in %s seconds", SWEEP_SECONDS)

    def _snapshot(self) -> set[Errand]:
        with self._lock:
            return set(self._running)

    def _run_errand(self, job: str, subject_id: str) -> None:
        errand = (job, subject_id)
        with self._lock:
            if errand in self._running:
                return  # Another thread is at it; whatever it leaves undone the next sweep finds.
            self._running.add(errand)
        started = time.monotonic()
        try:
            self.registry.get(job)(subject_id)
        except Exception:
            logger.exception("Job %s for %s failed", job, subject_id)
        else:
            logger.info("Job %s for %s ended after %.1f s", job, subject_id, time.monotonic() - started)
        finally:
            with self._lock:
                self._running.discard(errand)


def run_worker(
    queue: HueyQueue, registry: JobRegistry, sessions: Sessions, *, threads: int, sweeps: Sequence[Sweep]
) -> None:
    """Work in this process until SIGTERM or SIGINT; call it from the main thread."""
    worker = Worker(queue, registry, sessions, threads=threads, sweeps=sweeps)
    _on_signals(worker.stop)
    worker.run()


def rest() -> None:
    """Do nothing in this process until SIGTERM or SIGINT: what is to be done waits in the database."""
    stopping = threading.Event()
    _on_signals(stopping.set)
    logger.info("Worker rests: the service is read-only")
    stopping.wait()


def _on_signals(stop: Callable[[], None]) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
