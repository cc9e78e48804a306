"""Keeps the web server and the job worker running side by side, and stops both cleanly."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from marketplace.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
WORKER_CLASS = "marketplace.deadlines.DeadlineWorker"
GRACE_SECONDS = 15
SHORTEST_LIFE_SECONDS = 2
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One program that has to be running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def start(self, environ: dict[str, str]) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches only its keeper."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own two commands
            self.command,
            cwd=PROJECT,
            env=environ,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the keeper has a single thread
        )

    def has_ended(self) -> bool:
        """Tell whether the program is not running."""
        return self.process is None or self.process.poll() is not None


@dataclass(slots=True)
class Keeper:
    """Starts the children, starts one again when it dies, and ends them all together."""

    children: list[Child]
    environ: dict[str, str]
    stopping: bool = False

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            child.start(self.environ)

    def watch(self) -> None:
        """Return when asked to stop; until then start again whatever dies, more slowly each time it dies young."""
        while not self.stopping:
            for child in self.children:
                if child.has_ended():
                    self._revive(child)
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask every child to end, and end those that don't within the grace time."""
        self.stopping = True
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _revive(self, child: Child) -> None:
        lived = time.monotonic() - child.started
        child.failures = child.failures + 1 if lived < SHORTEST_LIFE_SECONDS else 0
        time.sleep(min(0.2 * 2**child.failures, 10))
        if not self.stopping:
            sys.stderr.write(f"{child.name} ended; starting it again\n")
            child.start(self.environ)


def make_keeper(settings: Settings) -> Keeper:
    """Return the keeper of the web server and the job worker."""
    web = [
        *(sys.executable, "-m", "gunicorn", "wsgi:application", "--bind", f"{settings.host}:{settings.port}"),
        *(
            "--workers",
            str(settings.web_workers),
            "--worker-class",
            WORKER_CLASS,
            "--threads",
            str(settings.web_threads),
        ),
        *("--reuse-port", "--graceful-timeout", "10", "--timeout", "60", "--log-level", "warning"),
        *("--limit-request-line", "8190", "--no-control-socket"),
    ]
    worker = [sys.executable, "-m", "marketplace.cli", "worker"]
    return Keeper([Child("worker", worker), Child("web", web)], {**os.environ, "PYTHONUNBUFFERED": "1"})


def stop_on_signals(keeper: Keeper) -> None:
    """Let Ctrl-C and SIGTERM end the watch."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        keeper.stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _die_with_parent() -> None:
    """Ask Linux to end this process when its keeper is killed, so that no orphan holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
