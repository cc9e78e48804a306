"""The whole service: how soon it is there, what it takes, and what it does under four times the load that saturates it.

The load that saturates is the highest rate that some number of connections reaches, each with one request under way.
Then four times as many requests fall due each second, on hundreds of connections, whatever has become of those before.
At last half of it shows that nothing of that is left. SIZES and DATABASE are as in bench/serving.py; OVERLOADED says
how many seconds the overload lasts.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.asking import SECONDS, Sent, send
from bench.beside import PORT
from bench.filling import Filled, filled
from bench.mix import make_mix
from bench.serving import DATABASE, SIZES
from bench.tables import show_table
from bench.whole import Whole, blob_bytes, database_bytes, whole_service

OVERLOADED, TIMES = float(os.environ.get("OVERLOADED", "60")), 4
STEPS = (4, 8, 16, 32, 64)
CROWD = 500
"""Connections of the overload at least."""
WARM_UP, WARM_UPS, FULL = 15.0, 20, 1.02
"""What is kept must be there before memory is looked at: loads of so many seconds, until it grows by less."""
FOOTPRINTS = (
    "templates",
    "ready s",
    "first page s",
    "database kB a template",
    "bundles kB a template",
    "web process MB",
    "worker MB",
)
LOADS = (
    "templates",
    "load",
    "connections",
    "due a second",
    "answered a second",
    "p50 ms",
    "p99 ms",
    "p50 ms since due",
    "p99 ms since due",
    "errors",
    "broken connections",
    "unanswered",
    "web processes MB before, amid, after",
    "kept MB before, after",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One load, and what came."""

    name: str
    connections: int
    due: float
    """Requests a second; 0 where each connection sends the next after the last."""
    seconds: float
    came: dict[str, Any]
    memory: tuple[list[int], ...]
    kept: tuple[int, int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.came["times"]) / self.seconds

    @property
    def errors(self) -> int:
        """How many answers were none that anybody wants."""
        return sum(count for status, count in self.came["statuses"].items() if status[0] not in "23")

    def cells(self) -> list[str]:
        """Return what a table shows."""
        due = f"{self.due:,.0f}" if self.due else ""
        quantiles = [f"{_quantile(self.came[what], q):,.1f}" for what in ("times", "since_due") for q in (0.5, 0.99)]
        memory = ", ".join("+".join(f"{each / 1e6:.0f}" for each in taken) for taken in self.memory)
        kept = ", ".join(f"{each / 1e6:.0f}" for each in self.kept)
        ends = [str(self.errors), str(self.came["broken"]), str(self.came["lost"]), memory, kept]
        return [self.name, str(self.connections), due, f"{self.rate:,.0f}", *quantiles, *ends]


def main() -> None:
    """Measure at each size, and print what the service takes and what it does."""
    footprints, loads = [], []
    for templates in SIZES:
        with filled(DATABASE, templates) as made:
            requests = make_mix(made)
            with whole_service(made) as service:
                loads += [[f"{templates:,}", *each.cells()] for each in overload(service, requests)]
                footprints.append([f"{templates:,}", *_footprint(made, service)])
    print(f"\n{DATABASE}, two web processes and a worker")
    show_table(FOOTPRINTS, footprints)
    show_table(LOADS, loads)


def overload(service: Whole, requests: list[Sent]) -> Iterator[Loaded]:
    """Find the load that saturates, ask for four times as much, and then for half."""
    _warm_up(service, requests)
    most = _saturate(service, requests)
    yield most
    yield _load(service, "overload", requests, OVERLOADED, max(CROWD, most.connections * TIMES), most.rate * TIMES)
    yield _load(service, "afterwards", requests, SECONDS * 2, most.connections, most.rate / 2)


def _warm_up(service: Whole, requests: list[Sent]) -> None:
    for _ in range(WARM_UPS):
        before = service.kept()
        send(PORT, requests, WARM_UP, STEPS[-1])
        if service.kept() < before * FULL:
            return


def _saturate(service: Whole, requests: list[Sent]) -> Loaded:
    """Return the load with the highest rate; with more connections the answers only come later."""
    tried = [_load(service, "saturation", requests, SECONDS * 2, connections, 0) for connections in STEPS]
    return max(tried, key=lambda each: each.rate)


def _load(service: Whole, name: str, requests: list[Sent], seconds: float, connections: int, rate: float) -> Loaded:
    before, kept = service.web_memory(), service.kept()
    # Each load begins elsewhere: what was asked a moment ago is answered from memory.
    begin = random.randrange(len(requests))
    requests = requests[begin:] + requests[:begin]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, PORT, requests, seconds, connections, rate)
        time.sleep(seconds / 2)
        amid = service.web_memory()
        came = sending.result()
    return Loaded(name, connections, rate, seconds, came, (before, amid, service.web_memory()), (kept, service.kept()))


def _footprint(made: Filled, service: Whole) -> list[str]:
    a_template = [size / made.templates / 1_000 for size in (database_bytes(made), blob_bytes(made))]
    memory = [max(service.web_memory()) / 1e6, service.worker_memory() / 1e6]
    figures = [f"{service.ready:.1f}", f"{service.shown:.1f}", *(f"{each:.1f}" for each in a_template)]
    return [*figures, *(f"{each:.0f}" for each in memory)]


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1_000 if times else 0.0
