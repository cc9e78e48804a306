"""Calls the service as a client of its API; a network that fails for a while is waited for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from marketplace.bundle.model import JsonObject
from marketplace.cli.network import UserNetwork
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.outbound import OutboundAnswer, OutboundCall, OutboundError

MOST_BYTES = 80 * MEGABYTE
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds before each further try of a call without an answer, about two minutes in all."""
PASSING = frozenset({502, 503, 504, 429})


class ServiceError(Exception):
    """The service refused, or did not answer."""

    def __init__(
        self, sentence: str, code: str = "", params: JsonObject | None = None, *, may_pass: bool = False
    ) -> None:
        """Keep what may be shown."""
        super().__init__(sentence)
        self.code = code
        self.params = params or {}
        self.may_pass = may_pass
        """Whether the same again may help later."""


class Service:
    """The API of one service, for one token."""

    def __init__(
        self, network: UserNetwork, base: str, token: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Keep whom to call, and as whom."""
        self._network = network
        self._base = base
        self._token = token
        self._sleep = sleep

    def json(self, method: str, path: str, body: JsonObject | None = None, *, key: str | None = None) -> Any:
        """Call the API and return the answer; `key` makes a creation safe to repeat. Raises ServiceError."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8")
        return _document(self._send(method, path, headers, content))

    def download(self, path: str) -> bytes:
        """Download something. Raises ServiceError."""
        return self._send("GET", path, {}, b"").content

    def _send(self, method: str, path: str, headers: dict[str, str], content: bytes) -> OutboundAnswer:
        """Send a call until it is answered: every call made here may be repeated."""
        sent = {"Accept": "application/json", "User-Agent": "yokoten", **headers}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        call = OutboundCall(method, self._base + path, sent, content, MOST_BYTES)
        for wait in (*WAITS, None):
            try:
                answer = self._network.send(call)
            except OutboundError as error:
                if wait is None:
                    sentence = f"サービスにつながりません（{error}） / The service does not answer ({error})"
                    raise ServiceError(sentence, error.problem.value, may_pass=True) from error
            else:
                if answer.status not in PASSING or wait is None:
                    return _accepted(answer)
            self._sleep(wait)
        raise AssertionError


def _accepted(answer: OutboundAnswer) -> OutboundAnswer:
    if answer.is_cut:
        raise ServiceError("サービスの応答が大きすぎます。 / The answer of the service is too large.")
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    try:
        problem = json.loads(answer.content)
        sentence = " ".join(str(problem[name]) for name in ("title", "detail") if problem.get(name))
        code, params = str(problem.get("code", "")), problem.get("params") or {}
    except (ValueError, KeyError, AttributeError, RecursionError):
        sentence, code, params = f"サービスの応答：{answer.status} / The service answered {answer.status}", "", {}
    raise ServiceError(sentence, code, params, may_pass=answer.status in PASSING)


def _document(answer: OutboundAnswer) -> Any:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        sentence = "ヨコテンの応答ではありません。アドレスを確かめてください。 / Not Yokoten; check the address."
        raise ServiceError(sentence) from None
