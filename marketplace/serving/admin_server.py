"""The listener for those who watch the service: /metrics, at an address of its own that the public can't reach."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from marketplace import __version__
from marketplace.app import Runtime, make_runtime
from marketplace.db.migrating import newest_revision
from marketplace.db.unit_of_work import unit_of_work
from marketplace.serving.watched import Watched, look_at_work
from marketplace.settings import Settings
from marketplace.telemetry.folder import MetricsFolder

LOOK_EVERY = 5.0
"""Seconds; however often it is asked, the database is not."""
SLOWEST_READER = 5
PATH = "/metrics"
TYPE = "text/plain; version=0.0.4; charset=utf-8"

log = logging.getLogger(__name__)


class WorkCollector:
    """What the database tells, looked up when it is asked for."""

    def __init__(self, runtime: Runtime, *, is_read_only: bool) -> None:
        """Keep where to look."""
        self._runtime = runtime
        self._is_read_only = is_read_only
        self._lock = Lock()
        self._looked_at = -LOOK_EVERY
        self._seen: Watched | None = None

    def collect(self) -> Iterable[Metric]:
        """Return the figures; without a database only that it does not answer."""
        yield _one("yokoten_build_info", "The program", 1, version=__version__, revision=newest_revision())
        yield _one("yokoten_read_only", "1 while nothing may be changed", int(self._is_read_only))
        with self._lock:
            seen = self._look()
        yield _one("yokoten_database_up", "1 if the database answered", int(seen is not None))
        if seen is not None:
            yield from figures_of(seen)

    def _look(self) -> Watched | None:
        if time.monotonic() - self._looked_at >= LOOK_EVERY:
            self._looked_at = time.monotonic()
            try:
                with unit_of_work(self._runtime.sessions, writes=False) as (session, _):
                    self._seen = look_at_work(session, self._runtime.now())
            except SQLAlchemyError:
                log.exception("The database could not be asked for figures")
                self._seen = None
        return self._seen


def figures_of(seen: Watched) -> Iterable[Metric]:
    """Return what was seen in the database as figures; every machine tells the same."""
    yield _one("yokoten_schema_info", "The schema of the database", 1, revision=seen.revision)
    count = GaugeMetricFamily("yokoten_waiting", "Work that is due and nobody is at", labels=["job"])
    age = GaugeMetricFamily("yokoten_waiting_seconds", "Since when the oldest of it waits", labels=["job"])
    for each in seen.waiting:
        count.add_metric([each.job], each.count)
        age.add_metric([each.job], (seen.seen_at - each.since).total_seconds() if each.since else 0)
    yield count
    yield age
    imports = GaugeMetricFamily("yokoten_imports", "Imports by state", labels=["state"])
    for state, number in seen.imports.items():
        imports.add_metric([state], number)
    yield imports
    yield _one("yokoten_workers_alive", "Workers of all machines that said so within the last minute", seen.workers)
    ended = GaugeMetricFamily("yokoten_command_ended_timestamp_seconds", "When a command ended", labels=["command"])
    found = GaugeMetricFamily("yokoten_command_findings", "What it had to complain of", labels=["command"])
    for command, (at, count_found) in seen.commands.items():
        ended.add_metric([command], at.timestamp())
        found.add_metric([command], count_found)
    yield ended
    yield found
    if seen.last_housekeeping is not None:
        last = seen.last_housekeeping.timestamp()
        yield _one("yokoten_last_housekeeping_timestamp_seconds", "When the hourly housekeeping ended last", last)


def run_admin_server(settings: Settings, listener: socket.socket, folder: MetricsFolder) -> None:
    """Answer until the process is ended."""
    work = WorkCollector(make_runtime(settings.to_read()), is_read_only=settings.read_only)
    make_admin_server(listener, lambda: render(folder, work)).serve_forever()


class ProcessCollector:
    """What the processes of the service have counted, added up."""

    def __init__(self, folder: MetricsFolder) -> None:
        """Keep where they write."""
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return the figures of those who count, and the counts of those who are gone."""
        self._folder.forget_dead()
        return MultiProcessCollector.merge(self._folder.written())  # type: ignore[no-untyped-call, no-any-return]


def render(folder: MetricsFolder, work: WorkCollector) -> bytes:
    """Return all figures as text."""
    registry = CollectorRegistry()
    registry.register(ProcessCollector(folder))
    registry.register(work)
    return generate_latest(registry)


def make_admin_server(listener: socket.socket, write: Callable[[], bytes]) -> ThreadingHTTPServer:
    """Return a server on a socket that listens already; it answers one address only."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SLOWEST_READER
        server_version = "yokoten"
        sys_version = ""

        def do_GET(self) -> None:
            """Answer with the figures."""
            if self.path.partition("?")[0] != PATH:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                content = write()
            except Exception:
                log.exception("The figures could not be told")
                self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
                return
            self.send_response(HTTPStatus.OK)
            for name, value in (("Content-Type", TYPE), ("Content-Length", str(len(content)))):
                self.send_header(name, value)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Say nothing: it is asked every few seconds."""

    server = ThreadingHTTPServer(listener.getsockname()[:2], Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.daemon_threads = True
    return server


def _one(name: str, told: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, told, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family
