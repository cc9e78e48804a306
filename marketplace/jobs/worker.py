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
from marketplace.jobs.heartbeat import Heartbeat
from marketplace.jobs.huey_queue import Errand, HueyQueue
from marketplace.jobs.registry import JobRegistry
from marketplace.telemetry.measures import NO_MEASURES, Measures
from marketplace.telemetry.scope import JobEnd, Scope, within
from marketplace.telemetry.traces import NO_TRACES, Traces

logger = logging.getLogger(__name__)

Sweep = Callable[[Session], Sequence[Errand]]
"""Returns the errands that are due: neither done nor held by the lease of a living worker."""

SWEEP_SECONDS = 2.0
POLL_SECONDS = 0.5
STOP_SECONDS = 9
"""Shorter than the grace time of the keeper of all processes (serving/keeper.py)."""


class Worker:
    """Runs the errands of one queue until it is stopped."""

    def __init__(  # noqa: PLR0913 - what the composition root chooses
        self,
        queue: HueyQueue,
        registry: JobRegistry,
        sessions: Sessions,
        *,
        threads: int,
        sweeps: Sequence[Sweep],
        measures: Measures = NO_MEASURES,
        traces: Traces = NO_TRACES,
        stop_seconds: float = STOP_SECONDS,
        heart: Heartbeat | None = None,
    ) -> None:
        """Set up the threads; nothing starts before `run`."""
        self.heart = heart
        self.measures = measures
        self.traces = traces
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
            shutdown_timeout=stop_seconds,
        )

    def run(self) -> None:
        """Work until `stop`, then let what is running come to its end, for some seconds at most.

        A job that takes longer is dropped with the process and taken up again by a sweep.
        """
        self._consumer.scheduler.start()
        for _worker, thread in self._consumer.worker_threads:
            thread.start()
        logger.info("Worker started with %s threads", len(self._consumer.worker_threads))
        try:
            while not self.stopping.is_set():
                if self.heart is not None:
                    self.heart.beat()
                self._sweep()
                self._consumer.check_worker_health()  # Replaces a thread that died.
                self.stopping.wait(SWEEP_SECONDS)
        finally:
            self._consumer.stop(graceful=True)
            if self.heart is not None:
                self.heart.end()
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
        try:
            with within(Scope({"job": job, "subject": subject_id})) as scope:
                self._do(job, subject_id, scope)
        finally:
            with self._lock:
                self._running.discard(errand)

    def _do(self, job: str, subject_id: str, scope: Scope) -> None:
        """Run a job and tell what became of it."""
        started = time.monotonic()
        try:
            with self.traces.job(job):
                self.registry.get(job)(subject_id)
        except Exception:
            logger.exception("Job %s for %s failed", job, subject_id)
            scope.end = JobEnd.FAILED
        seconds = time.monotonic() - started
        end = scope.end or JobEnd.DONE
        told = {"end": end.value, "duration_ms": round(seconds * 1000, 1), "statements": scope.statements}
        logger.info("job", extra=told)
        self.measures.job_ended(job, end, seconds)


def run_worker(worker: Worker) -> None:
    """Let a worker work in this process until SIGTERM or SIGINT; call it from the main thread."""
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
