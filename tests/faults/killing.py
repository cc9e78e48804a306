"""Something bad happens again and again, at moments that a seed chooses, while a block runs."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from tests.e2e.service import Service, children_of

SEED = 20_26_11
"""Printed with each failure, as pytest shows what tests print; another one is a change of this line."""


@contextmanager
def again_and_again(
    misfortunes: Sequence[Callable[[random.Random], str | None]], pauses: tuple[float, float], seed: int = SEED
) -> Iterator[Counter[str]]:
    """Let a misfortune happen after each pause, first each of them in turn; yield how often each did."""
    print(f"seed {seed}")  # noqa: T201 - read where a test failed
    happened: Counter[str] = Counter()
    ended, failures = threading.Event(), list[BaseException]()
    chance = random.Random(seed)  # noqa: S311 - chance, no secret

    def bring() -> None:
        coming = [*misfortunes]
        try:
            while not ended.wait(chance.uniform(*pauses)):
                next_one = coming.pop(0) if coming else chance.choice(misfortunes)
                happened[next_one(chance) or "missed"] += 1
        except BaseException as error:  # noqa: BLE001 - told by the test, not by a thread
            failures.append(error)

    thread = threading.Thread(target=bring)
    thread.start()
    try:
        yield happened
    finally:
        ended.set()
        thread.join()
    assert not failures, failures


def killers(service: Service) -> list[Callable[[random.Random], str | None]]:
    """Return what kills the worker, the web server, or one of its processes, with kill -9."""

    def kill(name: str, find: Callable[[random.Random], int | None]) -> Callable[[random.Random], str | None]:
        def strike(chance: random.Random) -> str | None:
            pid = find(chance)
            if pid is None:
                return None
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return name
            return None

        return strike

    def server(chance: random.Random) -> int | None:
        web = service.pids().get("web")
        servers = [] if web is None else [pid for _name, pid in children_of(web)]
        return chance.choice(servers) if servers else None

    return [
        kill("worker", lambda _chance: service.pids().get("worker")),
        kill("web", lambda _chance: service.pids().get("web")),
        kill("server", server),
        kill("server", server),
    ]


def wait_until_well(service: Service, seconds: float = 60) -> None:
    """Wait until the service says that it can serve."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if service.call("GET", "/healthz", token=None).status == 200:
                return
        assert time.monotonic() < deadline, service.output()[-3000:]
        time.sleep(0.1)
