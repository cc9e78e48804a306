"""Carries calls that only read: only as long as the work is this one's, and again after a pause where that may help."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from marketplace.bundle.model import JsonObject
from marketplace.kintone.answers import read_answer
from marketplace.kintone.errors import FailureKind, KintoneFailure
from marketplace.kintone.transport import Reply, Transport, Upload

PAUSES = (1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds before each further try of a call whose failure may pass; each is shorter than the lease."""

log = logging.getLogger(__name__)


class PatientTransport:
    """A transport for reading: what it sends twice does no harm."""

    def __init__(self, transport: Transport, keep: Callable[[], None], sleep: Callable[[float], None]) -> None:
        """Keep the transport that carries the calls, and what raises if no further call may be made."""
        self._transport = transport
        self._keep = keep
        self._sleep = sleep

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Send a call until it is answered for good, or patience ends. Raises KintoneFailure, or what `keep` raises."""
        for pause in PAUSES:
            self._keep()
            try:
                reply = self._transport.send(method, path, params=params, body=body, file=file)
                if reply.status == HTTPStatus.OK:
                    return reply
                read_answer(reply)
            except KintoneFailure as failure:
                if failure.kind is not FailureKind.RETRYABLE:
                    raise
                log.info("A call to %s is tried again: %s", path, failure)
            else:
                return reply
            self._sleep(pause)
        self._keep()
        return self._transport.send(method, path, params=params, body=body, file=file)
