"""`yokoten pull`: makes the calls of an import from this machine, as the service hands them out."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import click

from marketplace.cli.api import PREFIX, ServiceApi
from marketplace.cli.asking import asks_service
from marketplace.cli.kintone_options import Kintone, calls_kintone
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.cli.progress import Show, shown
from marketplace.cli.voice import Voice, spoken
from marketplace.cli.waiting import Work, tell_failure
from marketplace.installs.pulling.calls import Problem
from marketplace.installs.pulling.inputs import KEPT_HEADERS, MOST_BYTES
from marketplace.kernel.text import Text
from marketplace.kintone.domain import DomainTransport
from marketplace.kintone.errors import KintoneFailure, KintoneUncallableError
from marketplace.kintone.transport import Upload

Document = dict[str, Any]
METHODS = frozenset({"GET", "POST", "PUT"})
PATH = re.compile(r"/k/(?:guest/[1-9][0-9]*/)?v1/[A-Za-z]+(?:/[A-Za-z]+)*\.json")
"""What an installer calls; the service gets nothing else done by this machine, whatever it asks."""
IMPORT = re.compile(r"[A-Za-z0-9]{1,64}")
OCTETS = "application/octet-stream"
BUSY, BUSY_SECONDS = "import-has-runner", 5.0
WAITS = (5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds before each further try when the service can't be reached, beyond those that each call has anyway."""
CHECK = Text("サービスと導入先を確かめてください。", "Check the service, and the kintone the import is for.")
AGAIN = Text("同じコマンドをもう一度実行すると、続きから進みます。", "Give the same command again to go on.")


@dataclass
class Runner:
    """Asks for calls, makes them, and reports what came of them, until there are none."""

    voice: Voice
    api: ServiceApi
    transport: DomainTransport
    address: str
    """Of the kintone, as the user named it."""
    import_id: str
    show: Show
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    """Goes on while the machine sleeps."""
    name: str = field(default_factory=lambda: f"runner-{token_hex(8)}")

    def run(self) -> Document:
        """Carry the import out and return how it ended. Raises CommandError."""
        found = self._ask()
        self._require_same(found["kintone_url"])
        while True:
            received = self.clock()
            progress = found["import"]["progress"]
            self.show(progress["done"], progress["total"], found["step"] or "")
            if found["wait_seconds"]:
                self.sleep(found["wait_seconds"])
                found = self._ask()
            elif found["call"]:
                found = self._perform(found["call"], received)
            else:
                ended: Document = found["import"]
                return ended

    def _ask(self) -> Document:
        """Return what is next; another runner that may be dead is waited for."""
        while True:
            try:
                return self._tell(f"/imports/{self.import_id}/next-call", {"runner": self.name})
            except CommandError as error:
                if error.code != BUSY:
                    raise
                self.voice.note(error.title)
                self.sleep(BUSY_SECONDS)

    def _tell(self, path: str, body: Document) -> Document:
        """Send something that may arrive twice, and wait for a service that is away for some minutes."""
        for wait in WAITS:
            try:
                return self.api.repeat("POST", path, body)
            except CommandError as error:
                if error.outcome is not Outcome.UNREACHABLE:
                    raise
                self.voice.note(error.title)
                self.sleep(wait)
        return self.api.repeat("POST", path, body)

    def _perform(self, call: Document, received: float) -> Document:
        if call["method"] not in METHODS or not PATH.fullmatch(call["path"]):
            raise _unfit(f"{call['method']} {call['path']}")
        file = None if call["file"] is None else self._fetch(call["file"])
        if self.clock() - received > call["perform_within_seconds"]:
            # Too late: by now another runner may have taken over.
            return self._ask()
        outcome = {"runner": self.name, **self._made(call, file)}
        return self._tell(f"/imports/{self.import_id}/calls/{int(call['number'])}/outcome", outcome)

    def _made(self, call: Document, file: Upload | None) -> Document:
        try:
            reply = self.transport.exchange(
                call["method"], call["path"], params=call["params"], body=call["body"], file=file
            )
        except KintoneUncallableError:
            return {"problem": Problem.NOT_TRUSTED}
        except KintoneFailure:
            return {"problem": Problem.UNKNOWN}
        if len(reply.content) > MOST_BYTES:
            return {"problem": Problem.TOO_LARGE, "status": reply.status}
        headers = {name: value for name, value in reply.headers.items() if name.lower() in KEPT_HEADERS}
        content = base64.b64encode(reply.content).decode("ascii")
        return {"status": reply.status, "headers": headers, "content": content}

    def _require_same(self, meant: str) -> None:
        """Refuse an import that is meant for another kintone: its apps would come to the wrong place."""
        if urlsplit(meant)[:3] != urlsplit(self.address)[:3]:
            raise _unfit(meant)

    def _fetch(self, file: Document) -> Upload:
        url = str(file["url"])
        if not url.startswith(f"{PREFIX}/imports/"):
            raise _unfit(url)
        data = self.api.download(url.removeprefix(PREFIX), OCTETS)
        if hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise _unfit(str(file["name"]))
        return Upload(str(file["name"]), str(file["content_type"]), data)


@click.command()
@click.argument("import_id", metavar="IMPORT")
@spoken
@asks_service
@calls_kintone
def pull(voice: Voice, kintone: Kintone, api: ServiceApi, *, import_id: str) -> Outcome:
    """サービスから届かない kintone に、ここから導入する / install from this machine.

    kintone とサービスの両方に届く端末で実行します。止まったら、同じコマンドをもう一度実行してください。

    For a machine that reaches both. Give the same command again to go on.
    """
    if not IMPORT.fullmatch(import_id):
        raise _unfit(import_id)
    begun = api.get(f"/imports/{import_id}")
    if begun["state"] == "failed":
        api.post(f"/imports/{import_id}/retry")
    try:
        with shown(voice) as show:
            ended = Runner(voice, api, kintone.transport(), kintone.address, import_id, show).run()
    except (CommandError, KeyboardInterrupt):
        voice.note(AGAIN)
        raise
    voice.document(ended)
    if ended["state"] == "succeeded":
        voice.say(Text("導入が終わりました。", "Installed."))
        voice.note(Text(f"照合の結果：yokoten verify {import_id}", f"Verification: yokoten verify {import_id}"))
        return Outcome.DONE
    tell_failure(voice, ended, Work(import_id, f"/imports/{import_id}", "pull", lambda _document: ""))
    return Outcome.FAILED


def _unfit(what: str) -> CommandError:
    title = Text(
        f"この導入先で行うことではないため、実行しません（{what[:200]}）。",
        f"Not done, for it does not fit this kintone ({what[:200]}).",
    )
    return CommandError(Outcome.CONFLICT, title, CHECK, code="call-unfit")
