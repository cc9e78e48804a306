"""Counts what an import asks of a workspace."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from marketplace import schema
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.installs import run as running
from marketplace.installs.models import StepKind
from marketplace.installs.steps.registry import ACTS
from marketplace.kintone.client import Reply
from marketplace.kintone.transport import Transport
from tests.installs.fault_matrix import Place, add_plugin, check, opened, watched


@dataclass
class Counting:
    """Carries calls to a workspace, and notes which app each is about and how many are under way at once."""

    transport: Transport
    calls: list[tuple[str, str]] = field(default_factory=list)
    by_app: Counter[str] = field(default_factory=Counter)
    deployed: list[int] = field(default_factory=list)
    """How many apps each call to deploy named."""
    most_at_once: int = 0
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, method: str, path: str, **sent: Any) -> Reply:
        body = sent.get("body") or {}
        with self._lock:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            self.calls.append((method, path))
            self.by_app.update([str(body.get("app") or (sent.get("params") or {}).get("app") or "")])
            if (method, path) == ("POST", "/k/v1/preview/app/deploy.json"):
                self.deployed.append(len(body["apps"]))
        try:
            return self.transport.send(method, path, **sent)
        finally:
            with self._lock:
                self._under_way -= 1


@dataclass(frozen=True)
class Count:
    """What an undisturbed import asked for."""

    writing: int
    """Calls up to the verification."""
    reading: int
    """Calls of the verification."""
    moving: int
    """Calls that ran actions of processes; one that a condition refuses is tried for each record apart."""
    most_of_an_app: int
    most_at_once: int
    deployed: tuple[int, ...]
    wrong: tuple[str, ...]


def count_calls(bundle: Bundle, folder: Path) -> Count:
    """Install a bundle with its sample records into a workspace of its own."""
    with opened(Place(folder / f"{bundle.manifest.slug}.db")) as place:
        schema.METADATA.create_all(place.engine)
        import_id = place.built_in.order(bundle, placeholders={})
        add_plugin(place.built_in.client)
        counting = Counting(place.built_in.client.transport)
        written: list[int] = []

        def note(_scene: Any, _planned: JsonObject) -> None:
            written.append(len(counting.calls))

        acts = {**ACTS, StepKind.VERIFY: watched(ACTS[StepKind.VERIFY], note)}
        with patch.object(running, "ACTS", acts):
            place.run(import_id, counting)
        return Count(
            writing=written[0],
            reading=len(counting.calls) - written[0],
            moving=counting.calls.count(("PUT", "/k/v1/records/status.json")),
            most_of_an_app=max(count for app, count in counting.by_app.items() if app),
            most_at_once=counting.most_at_once,
            deployed=tuple(counting.deployed),
            wrong=check(place, import_id, bundle),
        )
