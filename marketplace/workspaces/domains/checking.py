"""Tries a connection and says in words what the account may do; nothing is changed in the kintone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice, takewhile
from typing import Any

from marketplace.audit import services as audit
from marketplace.db.unit_of_work import let_go
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.kintone.client import AppSummary, KintoneClient, Stage
from marketplace.kintone.errors import KintoneFailure
from marketplace.workspaces.domains import sentences
from marketplace.workspaces.domains.credentials import client_of
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.queries import get_connection

MOST_APPS = 500
"""How many apps are counted."""
MOST_TRIED = 3
"""Of how many apps the rights are looked at."""
SECONDS = 20.0
"""After so long no further question is asked."""


class Item(StrEnum):
    """What is found out."""

    SIGN_IN = "sign_in"
    GUEST_SPACE = "guest_space"
    APPS = "apps"
    CREATE_APPS = "create_apps"


class Outcome(StrEnum):
    """How it stands with an item."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one item, and what to do about it if anything."""

    item: Item
    outcome: Outcome
    text: Text
    remedy: Text | None = None
    code: str = ""
    """kintone's code, or a word of ours, where something failed."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found out."""

    checked_at: datetime
    findings: tuple[Finding, ...]
    app_count: int | None
    """The apps the account sees, counted up to a limit."""

    @property
    def works(self) -> bool:
        """Tell whether nothing failed."""
        return all(finding.outcome is not Outcome.FAILED for finding in self.findings)

    def as_document(self) -> dict[str, Any]:
        """Return the check as a connection keeps it."""
        return {
            "checked_at": self.checked_at.isoformat(),
            "app_count": self.app_count,
            "findings": [
                {
                    "item": finding.item.value,
                    "outcome": finding.outcome.value,
                    "text": _pair(finding.text),
                    "remedy": None if finding.remedy is None else _pair(finding.remedy),
                    "code": finding.code,
                }
                for finding in self.findings
            ],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Check:
        """Read back what as_document wrote."""
        findings = tuple(
            Finding(
                Item(each["item"]),
                Outcome(each["outcome"]),
                Text(**each["text"]),
                None if each["remedy"] is None else Text(**each["remedy"]),
                each["code"],
            )
            for each in document["findings"]
        )
        return cls(datetime.fromisoformat(document["checked_at"]), findings, document["app_count"])


def last_check(connection: Connection) -> Check | None:
    """Return what the last check of a connection found out; None since it was changed."""
    return None if connection.last_check is None else Check.from_document(connection.last_check)


def check_connection(ctx: Context, workspace_id: str, clock: Callable[[], float] = time.monotonic) -> Check:
    """Try the connection of a workspace and keep what was found; no transaction is open during the calls.

    Raises WorkspaceNotFoundError, ForbiddenError, NotADomainError or CredentialsUnreadableError.
    """
    tried = get_connection(ctx, workspace_id, Permission.INSTALLS_WRITE)
    client, sealed, guest_space = client_of(ctx.ports, tried), tried.sealed, tried.guest_space
    let_go(ctx.session)
    asking = _Asking(client, guest_space, clock)
    findings = tuple(asking.findings())
    check = Check(ctx.now(), findings, asking.app_count)
    connection = ctx.session.get(Connection, workspace_id, populate_existing=True)
    if connection is None:
        raise WorkspaceNotFoundError
    if (connection.sealed, connection.guest_space) == (sealed, guest_space):  # somebody may have changed it meanwhile
        connection.last_check = check.as_document()
    facts = {"works": check.works, "code": next((finding.code for finding in findings if finding.code), None)}
    code = connection.workspace.municipality_code
    audit.record(ctx, "workspace.checked", f"workspace:{workspace_id}", municipality_code=code, **facts)
    return check


class _Asking:
    """One round of questions, each asked only if those before it were answered and there is time left."""

    def __init__(self, client: KintoneClient, guest_space: str | None, clock: Callable[[], float]) -> None:
        self._client = client
        self._guest_space = guest_space
        self._clock = clock
        self._until = clock() + SECONDS
        self.app_count: int | None = None

    def findings(self) -> Iterator[Finding]:
        """Ask, and yield what is found out."""
        if self._guest_space is not None:
            plain = KintoneClient(self._client.transport)
            signed_in = self._signs_in(plain)
            yield signed_in
            if signed_in.outcome is Outcome.OK:
                yield from self._of_guest_space(self._guest_space)
            return
        try:
            apps = self._apps()
        except KintoneFailure as failure:
            yield _failed(Item.SIGN_IN, failure)
            return
        yield Finding(Item.SIGN_IN, Outcome.OK, sentences.SIGNS_IN)
        yield from self._of_apps(apps)

    def _signs_in(self, client: KintoneClient) -> Finding:
        try:
            client.call("GET", "apps.json", params={"limit": "1"})
        except KintoneFailure as failure:
            return _failed(Item.SIGN_IN, failure)
        return Finding(Item.SIGN_IN, Outcome.OK, sentences.SIGNS_IN)

    def _of_guest_space(self, number: str) -> Iterator[Finding]:
        try:
            self._client.default_thread(number)
            apps = self._apps()
        except KintoneFailure as failure:
            yield _failed(Item.GUEST_SPACE, failure, sentences.no_guest_space(number, failure))
            return
        yield Finding(Item.GUEST_SPACE, Outcome.OK, sentences.guest_space(number))
        yield from self._of_apps(apps)

    def _apps(self) -> list[AppSummary]:
        in_time = takewhile(lambda _app: self._clock() <= self._until, self._client.list_apps())
        return list(islice(in_time, MOST_APPS))

    def _of_apps(self, apps: list[AppSummary]) -> Iterator[Finding]:
        self.app_count = len(apps)
        is_more = len(apps) == MOST_APPS or self._clock() > self._until
        yield Finding(Item.APPS, Outcome.OK, sentences.sees_apps(len(apps), is_more=is_more))
        tried, managed = self._managed(apps)
        yield Finding(
            Item.CREATE_APPS, Outcome.UNKNOWN, sentences.manages(tried, managed), sentences.CREATION_CANNOT_BE_ASKED
        )

    def _managed(self, apps: list[AppSummary]) -> tuple[int, int]:
        """Return of how many apps the settings were asked for, and how many showed them."""
        answers = []
        for app in apps[:MOST_TRIED]:
            if self._clock() > self._until:
                break
            try:
                self._client.get_settings(app.app_id, Stage.PREVIEW)
            except KintoneFailure:
                answers.append(False)
            else:
                answers.append(True)
        return len(answers), sum(answers)


def _failed(item: Item, failure: KintoneFailure, text: Text | None = None) -> Finding:
    code = failure.code or ("no-answer" if failure.status is None else f"http-{failure.status}")
    told, remedy = sentences.explain(failure) if text is None else (text, None)
    return Finding(item, Outcome.FAILED, told, remedy, code)


def _pair(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
