"""`yokoten pull`: makes the calls of an import from this machine, as the service hands them out."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import click

from marketplace.bundle.model import JsonObject
from marketplace.cli.kintone_options import Kintone, kintone_options
from marketplace.cli.service_calls import Service, ServiceError
from marketplace.cli.service_options import service_option, token_option
from marketplace.cli.telling import FAILED, LATER, Progress, both, give, progress, say, stop
from marketplace.installs.pulling.calls import Problem
from marketplace.installs.pulling.inputs import KEPT_HEADERS, MOST_BYTES
from marketplace.kintone.domain import DomainTransport
from marketplace.kintone.errors import KintoneFailure, KintoneUncallableError
from marketplace.kintone.transport import Upload

METHODS = frozenset({"GET", "POST", "PUT"})
PATH = re.compile(r"/k/(?:guest/[1-9][0-9]*/)?v1/[A-Za-z]+(?:/[A-Za-z]+)*\.json")
"""What an installer calls; the service gets nothing else done by this machine, whatever it asks."""
BUSY = "import-has-runner"


class UnfitCallError(Exception):
    """The service asks for something that no installer calls, or sends something else than it says."""


@dataclass
class Runner:
    """Asks for calls, makes them, and reports what came of them, until there are none."""

    service: Service
    transport: DomainTransport
    address: str
    """Of the kintone, as the user named it."""
    import_id: str
    told: Progress
    name: str = ""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    """Goes on while the machine sleeps."""

    def run(self) -> JsonObject:
        """Carry the import out and return how it ended. Raises ServiceError, UnfitCallError."""
        self.name = self.name or f"runner-{token_hex(8)}"
        found = self._ask()
        self._require_same(found["kintone_url"])
        while True:
            received = self.clock()
            self.told(found["import"]["progress"]["done"], found["step"] or "")
            if found["wait_seconds"]:
                self.sleep(found["wait_seconds"])
                found = self._ask()
            elif found["call"]:
                found = self._perform(found["call"], received)
            else:
                ended: JsonObject = found["import"]
                return ended

    def _ask(self) -> Any:
        """Return what is next; another runner that may be dead is waited for."""
        while True:
            try:
                return self.service.json("POST", f"{self._path}/next-call", {"runner": self.name})
            except ServiceError as error:
                if error.code != BUSY:
                    raise
                say(f"ほかの実行の終わりを待っています / waiting for another runner: {error.params.get('seconds')}s")
                self.sleep(min(10, int(error.params.get("seconds") or 10)))

    def _perform(self, call: JsonObject, received: float) -> Any:
        if call["method"] not in METHODS or not PATH.fullmatch(call["path"]):
            raise UnfitCallError(f"{call['method']} {call['path']}"[:200])
        file = None if call["file"] is None else self._fetch(call["file"])
        if self.clock() - received > call["perform_within_seconds"]:
            # Too late: by now another runner may have taken over.
            return self._ask()
        outcome = self._made(call, file)
        return self.service.json(
            "POST", f"{self._path}/calls/{int(call['number'])}/outcome", {"runner": self.name, **outcome}
        )

    def _made(self, call: JsonObject, file: Upload | None) -> JsonObject:
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
            raise UnfitCallError(f"kintone: {meant}"[:300])

    def _fetch(self, file: JsonObject) -> Upload:
        if not str(file["url"]).startswith("/api/v1/imports/"):
            raise UnfitCallError(str(file["url"])[:200])
        data = self.service.download(file["url"])
        if hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise UnfitCallError(str(file["name"])[:200])
        return Upload(str(file["name"]), str(file["content_type"]), data)

    @property
    def _path(self) -> str:
        return f"/api/v1/imports/{self.import_id}"


@click.command()
@service_option
@token_option
@click.option("--import", "import_id", required=True, help="導入処理の番号 / id of the import")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する / print the result as JSON")
@kintone_options
def pull(base: str, token: str, import_id: str, *, as_json: bool, kintone: Kintone) -> None:
    """サービスから届かない kintone へ、この端末から導入する / install into a kintone that only this machine reaches.

    途中で止めても、同じコマンドで続きから再開します。終了コードは、0：完了、1：失敗、3：もう一度実行すると続けられる。
    / Give the same command again to go on. Exit codes: 0 done, 1 failed, 3 may go on.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", import_id):
        stop("導入処理の番号が違います / no id of an import", 2)
    service = Service(kintone.network, base, token)
    try:
        begun = service.json("GET", f"/api/v1/imports/{import_id}")
        if begun["state"] == "failed":
            service.json("POST", f"/api/v1/imports/{import_id}/retry")
        with progress(begun["progress"]["total"], "導入 / installing") as told:
            ended = Runner(service, kintone.transport(), kintone.address, import_id, told).run()
    except ServiceError as error:
        stop(str(error), LATER if error.may_pass else FAILED)
    except UnfitCallError as error:
        stop(f"サービスの指示がこの導入先に合わないため、実行しません / not done, for it does not fit: {error}")
    if as_json:
        give(ended)
    _tell_end(ended)


def _tell_end(ended: JsonObject) -> None:
    match ended["state"]:
        case "succeeded":
            say("導入が終わりました / installed")
        case "failed":
            error = ended["error"]
            stop(f"{both(error['reason'])}\n{both(error['remedy'])}")
        case state:
            stop(f"この導入処理は終わっています（{state}） / the import has ended ({state})")
