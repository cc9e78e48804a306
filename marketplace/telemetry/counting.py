"""Figures in the shape Prometheus reads, kept in files that all processes of the service share.

`prometheus_client` decides when it is loaded whether processes share their figures: load this module by `opening`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Engine, event

from marketplace.telemetry.measures import Held, SeenRequest

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
STATEMENTS = (1, 5, 10, 20, 40, 80)
JOB_SECONDS = (0.1, 1, 5, 15, 60, 300, 1800)
STATM = Path("/proc/self/statm")
MEMORY_SECONDS = 1.0
"""Memory is looked at this often, not with each request."""


class PrometheusMeasures:
    """Counts requests, jobs and connections of this process; what is alive together is added up."""

    def __init__(self, role: str, registry: CollectorRegistry | None = None) -> None:
        """Name every figure once."""
        kept = registry or CollectorRegistry()
        self._role = role
        self._name_requests(kept)
        self._jobs = Counter("yokoten_jobs", "Jobs that ended", ["job", "end"], registry=kept)
        self._job_seconds = Histogram(
            "yokoten_job_duration_seconds", "How long jobs took", ["job"], buckets=JOB_SECONDS, registry=kept
        )
        self._used = _gauge("yokoten_database_connections_used", "Connections that a request or a job holds", kept)
        self._open = _gauge("yokoten_database_connections_open", "Connections to the database", kept)
        self._name_memory(kept)
        started = _gauge("yokoten_process_start_time_seconds", "When the youngest process started", kept, "livemax")
        started.labels(role).set(time.time())
        _gauge("yokoten_processes", "Processes that are alive", kept).labels(role).set(1)
        self._note_memory()

    def _name_memory(self, kept: CollectorRegistry) -> None:
        self._memory = _gauge("yokoten_process_resident_memory_bytes", "Memory of the processes together", kept)
        self._kept = _gauge("yokoten_kept_bytes", "What the processes keep at hand, in all", kept, label="kept")
        self._most = _gauge("yokoten_kept_bytes_limit", "What they may keep of it", kept, label="kept")
        self._held: Mapping[str, Held] = {}
        self._looked_at = 0.0

    def _name_requests(self, kept: CollectorRegistry) -> None:
        self._requests = Counter(
            "yokoten_http_requests", "Requests answered", ["route", "method", "status"], registry=kept
        )
        told = "From the first line of a request to the last byte of its answer"
        self._seconds = Histogram(
            "yokoten_http_request_duration_seconds", told, ["route"], buckets=SECONDS, registry=kept
        )
        told = "SQL statements of a request"
        self._statements = Histogram(
            "yokoten_http_request_statements", told, ["face"], buckets=STATEMENTS, registry=kept
        )
        self._in_progress = Gauge(
            "yokoten_http_requests_in_progress", "Requests under way", registry=kept, multiprocess_mode="livesum"
        )

    def request_began(self) -> None:
        """Count a request in progress."""
        self._in_progress.inc()

    def request_ended(self, seen: SeenRequest) -> None:
        """Count an answer."""
        self._in_progress.dec()
        self._requests.labels(seen.route, seen.counted_method, seen.status_class).inc()
        self._seconds.labels(seen.route).observe(seen.seconds)
        self._statements.labels(seen.face).observe(seen.statements)
        self._note_memory()

    def job_ended(self, job: str, end: str, seconds: float) -> None:
        """Count a job that came to an end of some kind."""
        self._jobs.labels(job, end).inc()
        self._job_seconds.labels(job).observe(seconds)
        self._note_memory()

    def watch_pool(self, engine: Engine) -> None:
        """Follow the connections of an engine."""
        used, opened = self._used.labels(self._role), self._open.labels(self._role)
        event.listen(engine, "connect", lambda *_: opened.inc())
        event.listen(engine, "close", lambda *_: opened.dec())
        event.listen(engine, "checkout", lambda *_: used.inc())
        event.listen(engine, "checkin", lambda *_: used.dec())

    def watch_held(self, held: Mapping[str, Held]) -> None:
        """Follow what is kept in memory, by name."""
        self._held = held
        for name, each in held.items():
            self._most.labels(name).set(each.most_bytes)

    def _note_memory(self) -> None:
        if time.monotonic() < self._looked_at + MEMORY_SECONDS:
            return
        self._looked_at = time.monotonic()
        for name, each in self._held.items():
            self._kept.labels(name).set(each.bytes_held)
        try:
            pages = int(STATM.read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return
        self._memory.labels(self._role).set(pages * os.sysconf("SC_PAGE_SIZE"))


def _gauge(
    name: str,
    told: str,
    kept: CollectorRegistry,
    mode: Literal["livesum", "livemax"] = "livesum",
    *,
    label: str = "role",
) -> Gauge:
    return Gauge(name, told, [label], registry=kept, multiprocess_mode=mode)
