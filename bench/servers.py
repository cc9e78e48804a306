"""Servers to be measured: started, waited for, stopped, and asked how much processor they used."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path


@contextmanager
def running(command: Sequence[str], port: int, environ: dict[str, str] | None = None, path: str = "/") -> Iterator[int]:
    """Run a server until the block ends, and tell its number; it must answer anything within a minute.

    Raises SystemExit if another server has the port, which would be measured in its place.
    """
    _require_free(port)
    # Registries made for other languages must not meet our modules.
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        command, env=plain | (environ or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}{path}")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait(10)


def processor_seconds(server: int) -> float:
    """Return how much processor a server and its children have used so far."""
    processes = (server, *children_of(server))
    stats = (Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in processes)
    return sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK")


def resident_bytes(server: int) -> list[int]:
    """Return the memory of each child of a server that belongs to it alone, as a copy of its keeper's grows apart."""
    return [_sum_of(each, "Private_") for each in children_of(server)]


def shared_bytes(process: int) -> int:
    """Return the memory of a process, of what it shares with others only its part."""
    return _sum_of(process, "Pss:")


def children_of(process: int) -> list[int]:
    """Return the numbers of the processes that a process started."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def name_of(process: int) -> str:
    """Return the name under which a process is listed."""
    return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ").strip()


def _require_free(port: int) -> None:
    with closing(socket.socket()) as tried:
        if tried.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"port {port} is in use: stop what listens there, or choose others with PORT")


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing answers at {address}")


def _sum_of(process: int, beginning: str) -> int:
    """Return the sum of some lines of what the kernel tells of the memory of a process."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(beginning))
