"""A machine of several: its own data folder and ports, and the settings that all of them share."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

from tests.deploy.nginx import call
from tests.ports import free_port


@dataclass
class Machine:
    """One of them, with a port for callers and another for those who watch."""

    folder: object
    shared: dict[str, str]
    port: int = field(default_factory=free_port)
    admin_port: int = field(default_factory=free_port)

    @property
    def environ(self):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MARKETPLACE_")}
        own = {"DATA_DIR": self.folder, "PORT": self.port, "ADMIN_PORT": self.admin_port, "LOG_FORMAT": "json"}
        return {**clean, **self.shared, **{f"MARKETPLACE_{name}": str(value) for name, value in own.items()}}

    def begin(self, *words):
        log = self.folder.with_suffix(".log")
        with log.open("ab") as out:
            command = [sys.executable, "-m", "marketplace.cli", *words]
            return subprocess.Popen(command, env=self.environ, stdout=out, stderr=out)

    def run(self, *words):
        command = [sys.executable, "-m", "marketplace.cli", *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_until_ready(self):
        deadline = time.monotonic() + 120
        while True:
            try:
                if call(self.port, "GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, self.folder.with_suffix(".log").read_text(encoding="utf-8")
            time.sleep(0.1)

    def wait_until_gone(self):
        """Return when nobody listens any more: what a killed keeper leaves ends by itself, after a while."""
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=30).close()
            except ConnectionRefusedError:
                return
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def figure(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=30) as answer:
            found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE)
        return found and float(found[1])
