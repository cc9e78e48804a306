"""Sends deliveries, outside of any transaction; run by the worker, site by site."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.outbound import Outbound, OutboundCall, OutboundError
from marketplace.sandbox.webhooks import outbox
from marketplace.sandbox.webhooks.outbox import Attempt, Outcome

JOB = "post-webhooks"
TURN_SECONDS = 20
"""How long one site may keep a thread before others have their turn."""
ANSWER_BYTES = 1024
"""Only the status of an answer counts."""
USER_AGENT = "yokoten-webhook"


class Postman:
    """Sends what is due, for a few sites at once, so that slow receivers never hold up all other jobs."""

    def __init__(
        self,
        sessions: Sessions,
        outbound: Outbound,
        base_url: str,
        now: Callable[[], datetime],
        *,
        most_at_once: int = 1,
    ) -> None:
        """Keep the ports; `base_url` is the public address of the service."""
        self._sessions = sessions
        self._outbound = outbound
        self._base_url = base_url
        self._now = now
        self._turns = threading.BoundedSemaphore(most_at_once)

    def due(self, session: Session) -> list[tuple[str, str]]:
        """Return the errands that are due, in no order that would favour a site."""
        errands = [(JOB, site_id) for site_id in outbox.due_sites(session, self._now())]
        secrets.SystemRandom().shuffle(errands)
        return errands

    def post(self, site_id: str) -> None:
        """Send what a site has due, until its turn is over; without a free turn leave it to the next sweep."""
        if not self._turns.acquire(blocking=False):
            return
        try:
            ends_at = time.monotonic() + TURN_SECONDS
            while time.monotonic() < ends_at and self._post_one(site_id):
                pass
        finally:
            self._turns.release()

    def _post_one(self, site_id: str) -> bool:
        with unit_of_work(self._sessions) as (session, _):
            attempt = outbox.take(session, site_id, self._now())
        if attempt is None:
            return False
        outcome = self._send(attempt)
        with unit_of_work(self._sessions) as (session, _):
            outbox.note(session, attempt, outcome, self._now())
        return True

    def _send(self, attempt: Attempt) -> Outcome:
        message = attempt.payload
        if "url" in message:
            message = {**message, "url": f"{self._base_url}/w/{attempt.site_id}{message['url']}"}
        call = OutboundCall(
            "POST",
            attempt.url,
            {"Content-Type": "application/json; charset=utf-8", "User-Agent": USER_AGENT},
            json.dumps(message, ensure_ascii=False).encode(),
            ANSWER_BYTES,
        )
        try:
            return Outcome(status=self._outbound.send(call).status)
        except OutboundError as error:
            return Outcome(error=error.problem.value)
