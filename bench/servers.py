"""Servers to be measured: started, waited for, stopped, and asked how much processor they used."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def running(command: Sequence[str], port: int, environ: dict[str, str] | None = None) -> Iterator[int]:
    """Run a server until the block ends, and tell its number; it must answer anything within a minute."""
    # Registries made for other languages must not meet our modules.
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        command, env=plain | (environ or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait(10)


def processor_seconds(server: int) -> float:
    """Return how much processor a server and its children have used so far."""
    stats = (Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in (server, *_children(server)))
    return sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK")


def resident_bytes(server: int) -> list[int]:
    """Return the memory of each child of a server that belongs to it alone, as a copy of its keeper's grows apart."""
    return [_private(each) for each in _children(server)]


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing answers at port {port}")


def _children(server: int) -> list[str]:
    return Path(f"/proc/{server}/task/{server}/children").read_text().split()


def _private(process: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))
