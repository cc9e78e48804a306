"""The calls of an import as its journal keeps them: what was asked and answered, never any content."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.db.unit_of_work import AfterCommit
from marketplace.installs.models import CallEntry, Import
from marketplace.kintone.errors import KintoneFailure
from marketplace.kintone.transport import Reply, Transport, Upload

KEPT = timedelta(days=90)
"""How long after the end of an import its calls can be looked up; the steps stay for good."""
NO_ANSWER = "no-answer"
LONGEST_CODE = 64


class CallLog:
    """The calls of one run, gathered in memory and written with the next entry of the journal.

    A transaction for each would double what a run costs. What a killed run had gathered since its last entry is lost;
    that it was at a step, and with what intent, is known from the entry that the step's beginning wrote.
    """

    def __init__(self, import_id: str, now: Callable[[], datetime]) -> None:
        """Begin with nothing."""
        self._import_id = import_id
        self._now = now
        self._rows: list[dict[str, Any]] = []
        self._number = 0
        self._place = (0, 0)

    def go_on(self, session: Session) -> None:
        """Count on from the calls of earlier runs."""
        last = select(func.max(CallEntry.number)).where(CallEntry.import_id == self._import_id)
        self._number = session.scalar(last) or 0

    def turn_to(self, position: int, attempt: int) -> None:
        """Let the calls that follow belong to a go at a step."""
        self._place = (position, attempt)

    def write(self, session: Session, after_commit: AfterCommit) -> None:
        """Write what was gathered; it is kept here until that is committed."""
        rows = list(self._rows)
        if rows:
            session.execute(insert(CallEntry), rows)
            after_commit(lambda: self._rows.__delitem__(slice(len(rows))))

    def through(self, transport: Transport) -> Transport:
        """Return a transport whose calls are noted here."""
        return _NotedTransport(transport, self)

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now()

    def note(self, asked: dict[str, Any], status: int | None, code: str) -> None:
        """Note one call, what was asked with the status and the code of the answer."""
        self._number += 1
        position, attempt = self._place
        place = {"import_id": self._import_id, "number": self._number, "position": position, "attempt": attempt}
        answered = {"status": status, "code": code[:LONGEST_CODE], "ended_at": self._now()}
        self._rows.append({**place, **asked, **answered})


class _NotedTransport:
    """Carries calls and notes each with its answer."""

    def __init__(self, transport: Transport, log: CallLog) -> None:
        self._transport = transport
        self._log = log

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Send the call; one that was answered before, and is only told again, is noted no second time."""
        asked = {"method": method, "path": path, "app_id": _app_of(params, body), "started_at": self._log.now()}
        try:
            reply = self._transport.send(method, path, params=params, body=body, file=file)
        except KintoneFailure as failure:
            self._log.note(asked, failure.status, failure.code or NO_ANSWER)
            raise
        if not reply.is_repeated:
            self._log.note(asked, reply.status, _code_of(reply))
        return reply


def forget_old_calls(session: Session, now: datetime) -> None:
    """Delete the calls of imports that ended long ago."""
    ended = select(Import.id).where(Import.finished_at < now - KEPT)
    session.execute(
        delete(CallEntry).where(CallEntry.import_id.in_(ended)), execution_options={"synchronize_session": False}
    )


def _app_of(params: Mapping[str, str] | None, body: JsonObject | None) -> str | None:
    found = (params or {}).get("app") or (body or {}).get("app")
    return None if found is None else str(found)


def _code_of(reply: Reply) -> str:
    if reply.status < HTTPStatus.BAD_REQUEST:
        return ""
    try:
        code = json.loads(reply.content)["code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return f"http-{reply.status}"
    return code if isinstance(code, str) else f"http-{reply.status}"
