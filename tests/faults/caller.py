"""A sensible client: it repeats what got no answer under the same key, and waits where it is told to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Lock
from typing import Any

from tests.e2e.service import Answer, Service

PATIENCE_SECONDS = 120
AGAIN = frozenset({429, 502, 503, 504})
LONGEST_PAUSE = 2.0
"""A client of these tests is more impatient than it is asked to be: the faults last for seconds."""


@dataclass
class Caller:
    """Calls a service, and remembers each status it saw on the way."""

    service: Service
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: list[Answer] = field(default_factory=list)
    unanswered: int = 0
    _lock: Lock = field(default_factory=Lock)

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        """Call until there is an answer that is none of “try again later”; a POST needs a key to be repeated."""
        assert method != "POST" or key is not None, "without a key a repetition may act twice"
        headers = {} if key is None else {"Idempotency-Key": key}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._try(lambda: self.service.call(method, path, body, headers=headers))
            if answer is not None and answer.status not in AGAIN and not _is_key_in_use(answer):
                return answer
            assert time.monotonic() < deadline, f"{method} {path} was never answered: {answer}"
            time.sleep(0.1 if answer is None else min(float(answer.headers.get("Retry-After", 1)), LONGEST_PAUSE))

    def _try(self, call: Callable[[], Answer]) -> Answer | None:
        try:
            answer = call()
        except (OSError, HTTPException):
            with self._lock:
                self.unanswered += 1
            return None
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.status in AGAIN:
                self.refusals.append(answer)
        return answer


def _is_key_in_use(answer: Answer) -> bool:
    """The first try under this key is still under way."""
    return answer.status == 409 and answer.json["code"] == "idempotency-key-in-use"
