"""The whole service on a filled database, started as `make run` does: two web processes and a worker."""

from __future__ import annotations

import re
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bench.beside import PORT, environ_of
from bench.filling import POSTGRESQL, Filled
from bench.servers import children_of, name_of, running, shared_bytes
from marketplace.app import make_runtime

COMMAND = [sys.executable, "-m", "marketplace.cli", "serve"]
ADMIN_PORT = PORT + 1
KEPT = re.compile(r"^yokoten_kept_bytes\{.*\} (\S+)$", re.MULTILINE)
OF_POSTGRES = "SELECT pg_database_size(current_database())"
OF_SQLITE = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


@dataclass(frozen=True, slots=True)
class Whole:
    """A service that runs."""

    process: int
    ready: float
    """Seconds from its start until it said that it is ready."""
    shown: float
    """And until a page was there."""

    def web_memory(self) -> list[int]:
        """Return the bytes of each web process; of what several share, each has its part."""
        return [shared_bytes(each) for each in children_of(self._child("web"))]

    def kept(self) -> int:
        """Return how many bytes all processes keep at hand on purpose: answers, bundles, pictures."""
        told = urllib.request.urlopen(f"http://127.0.0.1:{ADMIN_PORT}/metrics").read().decode("utf-8")
        return int(sum(float(each) for each in KEPT.findall(told)))

    def worker_memory(self) -> int:
        """Return the bytes of the worker."""
        return shared_bytes(self._child("worker"))

    def _child(self, name: str) -> int:
        return next(each for each in children_of(self.process) if name in name_of(each))


@contextmanager
def whole_service(made: Filled) -> Iterator[Whole]:
    """Start the service, note how long that takes, and let it run until the block ends."""
    environ = {**environ_of(made.settings(), PORT, ADMIN_PORT=ADMIN_PORT), "PYTHONPATH": str(Path.cwd())}
    begun = time.monotonic()
    with running(COMMAND, PORT, environ, "/readyz") as process:
        ready = time.monotonic() - begun
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/templates").read()
        yield Whole(process, ready, time.monotonic() - begun)


def database_bytes(made: Filled) -> int:
    """Return how large the database is on disk."""
    engine = make_runtime(made.settings()).engine
    with engine.connect() as connection:
        size = int(connection.scalar(text(OF_POSTGRES if made.database == POSTGRESQL else OF_SQLITE)) or 0)
    engine.dispose()
    return size


def blob_bytes(made: Filled) -> int:
    """Return how much of the disk the bundles take."""
    return sum(each.stat().st_blocks * 512 for each in made.blobs.rglob("*") if each.is_file())
