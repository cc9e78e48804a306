"""The whole service as `make run` starts it, in a folder of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.ports import free_port

WELCOME = "Yokoten is running"
FEW = (
    "external-partner-workspace",
    "handover-notes",
    "kpi-visualization-dashboard",
    "online-application-intake",
    "subsidy-grant-management",
    "subsidy-program-master",
    "vaccination-reservation",
    "vaccination-venue-slot",
)
"""The templates that the service loads in tests, where loading all of them would be most of the time."""
CATALOG = Path(__file__).parents[2] / "templates_catalog"


@cache
def few_templates() -> Path:
    """Return a folder with some of the first-party templates."""
    folder = Path(mkdtemp(prefix="templates-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for slug in FEW:
        shutil.copytree(CATALOG / slug, folder / slug)
    return folder


def children_of(pid: int) -> list[tuple[str, int]]:
    """Return name and id of the processes that a process started."""
    listing = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, check=False)
    lines = [line.split(None, 1) for line in listing.stdout.decode().splitlines()]
    return [(name, int(number)) for number, name in lines]


def is_alive(pid: int, seconds: float = 20) -> bool:
    """Tell whether a process is there still after it had some time to end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False).stdout.strip()
        if not state or state.startswith(b"Z"):
            return False
        time.sleep(0.1)
    return True


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Service:
    """One running instance and what demo.json says of it."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def demo(self) -> dict[str, Any]:
        return json.loads((self.data_dir / "demo.json").read_text(encoding="utf-8"))

    def start(self, seconds: float = 90) -> None:
        """Start the service and return when it says that it runs; a dying predecessor may still answer before."""
        welcomes = self.output().count(WELCOME)
        self.process = self._launch()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the service ended while starting: {self.output()}"
            if self.output().count(WELCOME) > welcomes:
                urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=10).read()
                return
            time.sleep(0.05)
        self.kill_all()  # Nobody else will: a fixture that fails here has nothing to end yet.
        raise AssertionError("the service did not become ready")

    def refusal(self, seconds: float = 60) -> tuple[int, str]:
        """Start a service that is expected to give up, and return its exit code and what it printed."""
        process = self._launch()
        try:
            return process.wait(seconds), self.output()
        finally:
            process.kill()

    def output(self) -> str:
        """Return what the service printed so far, over all its starts."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    @property
    def log(self) -> Path:
        """Where the output goes: beside the data folder, which may be unusable."""
        parent = next(place for place in self.data_dir.parents if place.is_dir())
        return parent / f"service-{self.port}.log"

    def settings(self) -> dict[str, str]:
        """Return the environment that the service's own commands run in."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MARKETPLACE_")}
        settings = {
            "MARKETPLACE_DATA_DIR": str(self.data_dir),
            "MARKETPLACE_PORT": str(self.port),
            "MARKETPLACE_CATALOG_DIR": str(few_templates()),
            "MARKETPLACE_RATE_LIMITS": "off",
        }
        return {**clean, **settings, "PYTHONUTF8": "1", **self.environ}

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "marketplace.cli", "serve", "--demo"]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, env=self.settings(), stdout=log, stderr=log)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Press Ctrl-C, or send another signal, and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def kill_all(self) -> None:
        """End every process at once, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            for pid in (self.process.pid, *self.family()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def family(self) -> list[int]:
        """Return the process ids of the children and grandchildren of the service."""
        children = list(self.pids().values())
        return [*children, *(pid for child in children for _name, pid in children_of(child))]

    def pids(self) -> dict[str, int]:
        """Return the process ids of the children of the service by their names: worker, web, and admin if it is on."""
        assert self.process is not None
        listed = children_of(self.process.pid)
        return {word: pid for name, pid in listed for word in ("web", "worker", "admin") if word in name}

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = "demo",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Call the API as a client would; a body of bytes is sent as a zip, anything else as JSON."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {self.demo['token'] if token == 'demo' else token}"
        data = None
        if isinstance(body, bytes):
            data = body
            sent.setdefault("Content-Type", "application/zip")
        elif body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        request = urllib.request.Request(f"http://localhost:{self.port}{path}", data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, dict(refusal.headers), refusal.read())

    def install(self, template: str, **options: Any) -> str:
        """Start an import into the demonstration workspace and return its address."""
        path = f"/api/v1/workspaces/{self.demo['workspace']['id']}/imports"
        answer = self.call("POST", path, {"template": template, **options})
        assert answer.status == 202, answer.content
        return answer.headers["Location"]

    def wait_for_import(self, location: str, seconds: float = 60) -> Any:
        """Return the import once it has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            progress = self.call("GET", location).json
            if progress["state"] not in {"queued", "running"}:
                return progress
            time.sleep(0.1)
        raise AssertionError(f"the import did not end: {progress}")
