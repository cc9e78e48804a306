"""Asks for the requests of a case, round after round, and notes what came."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

from bench.beside import PORT
from bench.cases import ZIPF, Case, Request
from bench.load import COMMON
from bench.servers import processor_seconds
from bench.web_server import COUNTS

SECONDS, ROUNDS = float(os.environ.get("SECONDS", "2")), int(os.environ.get("ROUNDS", "3"))
WARM_UP, WARM_UPS, STEADY = max(SECONDS, 3.0), 10, 0.02
"""How long and often at most a case by Zipf is asked before it counts: until what comes from memory grows by less."""
MOST_KNOWN = 3_000
"""Requests of one round that know an ETag: more than are sent, few enough to ask for them before."""
EXPECTED = 0.98
"""The share that must be answered as expected: an ETag is another once downloads were written down meanwhile."""
Sent = tuple[str, dict[str, str], str]
"""A path, headers and a body, as bench/load.py takes them."""


def ask(case: Case, port: int, server: int) -> None:
    """Let a process of its own send the requests of a case for one round; each answer must be what was asked for."""
    # Each round begins elsewhere, so that what is to be another each time is so in the next round, too.
    begin = len(case.rates) * len(case.requests) // ROUNDS
    requests = case.requests[begin:] + case.requests[:begin]
    if case.way == ZIPF:
        _warm_up(port, [(path, {}, "") for path, _etag in requests])
    if requests[0][1]:
        requests = list(_with_etags(requests[:MOST_KNOWN], port))
    sent = [_sent(*each) for each in requests]
    before, counted = processor_seconds(server), _counts(port)
    came = send(port, sent, SECONDS)
    expected = "304" if case.requests[0][1] else "200"
    statuses: dict[str, int] = came["statuses"]
    total = sum(statuses.values())
    if not statuses.keys() <= {"200", expected} or statuses.get(expected, 0) < EXPECTED * total:
        raise SystemExit(f"{case.name}, {case.way}: {statuses}")
    case.costs.append((processor_seconds(server) - before) * 1_000 / total)
    case.rates.append(len(came["times"]) / SECONDS)
    case.times += came["times"]
    case.from_memory += _share(counted, _counts(port))


def send(port: int, requests: Iterable[Sent], seconds: float, *more: float) -> dict[str, Any]:
    """Have requests sent, by so many connections and at such a rate where they are given, and return what came."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".json") as file:
        json.dump(list(requests), file)
        file.flush()
        command = [sys.executable, "-m", "bench.load", str(port), str(seconds), file.name, *map(str, more)]
        came: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return came


def _sent(path: str, etag: str) -> Sent:
    return path, {"If-None-Match": etag} if etag else {}, ""


def _warm_up(port: int, requests: list[Sent]) -> None:
    """Ask until what can be kept is kept."""
    last = -1.0
    for _ in range(WARM_UPS):
        before = _counts(port)
        send(port, requests, WARM_UP)
        share = max(_share(before, _counts(port)), default=last)
        if share - last < STEADY:
            return
        last = share


def _counts(port: int) -> dict[str, int]:
    """Return what became of the requests so far in the memory of the service's answers; nothing of other servers."""
    if port != PORT:
        return {}
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{COUNTS}") as answer:
        return dict(json.loads(answer.read()))


def _share(before: dict[str, int], after: dict[str, int]) -> list[float]:
    """Return the share of answers from memory, or nothing where there were none to count."""
    came = {name: count - before[name] for name, count in after.items() if name != "not_modified"}
    answered = sum(came.values())
    return [1 - (came["miss"] + came["passed"]) / answered] if answered else []


def _with_etags(requests: Iterable[Request], port: int) -> Iterator[Request]:
    known: dict[str, str] = {}
    for path, _ in requests:
        # What is to be another each time must be another still after this.
        place = f"{path}&known" if "?" in path else path
        if place not in known:
            asked = urllib.request.Request(f"http://127.0.0.1:{port}{place}", headers=COMMON)
            with urllib.request.urlopen(asked) as answer:
                known[place] = answer.headers["ETag"]
        yield path, known[place]
