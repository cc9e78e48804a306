"""A municipality with a kintone in a closed network, and the runner there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs import services
from marketplace.installs.pulling.services import Next, NextCall, next_call, read_file, report_outcome
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.kintone.transport import Reply, Upload
from marketplace.workspaces.models import CLOSED_NETWORK
from marketplace.workspaces.services import create_workspace
from tests.fakes import FixedClock
from tests.installs.factories import make_order, make_version
from tests.installs.fake_kintone import FakeKintone
from tests.municipalities.factories import MIHON, actor_for, make_municipality

ADDRESS = "https://closed.cybozu.com"
RUNNER = "runner-of-the-test"


@dataclass
class Outside:
    """The service as a runner sees it, and the kintone that only the runner reaches."""

    sessions: Sessions
    ports: Ports
    clock: FixedClock
    kintone: FakeKintone = field(default_factory=FakeKintone)
    waited: list[float] = field(default_factory=list)
    workspace_id: str = ""

    @contextmanager
    def context(self, actor: Actor | None = None) -> Iterator[Context]:
        with unit_of_work(self.sessions) as (session, after_commit):
            yield Context(session, actor or actor_for("admin", MIHON), self.clock, after_commit, self.ports)

    def order(self, **changes: object) -> str:
        """Order the template, made with its workspace the first time, and return the id of the import."""
        if not self.workspace_id:
            with self.context(SYSTEM) as ctx:
                make_municipality(ctx.session, MIHON)
                make_version(ctx)
            with self.context() as ctx:
                made = create_workspace(ctx, {"name": "庁内", "kind": CLOSED_NETWORK, "address": ADDRESS})
                self.workspace_id = made.workspace.id
        with self.context() as ctx:
            return services.start_import(ctx, self.workspace_id, make_order(**changes)).id

    def ask(self, import_id: str, runner: str = RUNNER, **more: object) -> Next:
        with self.context() as ctx:
            return next_call(ctx, import_id, {"runner": runner, **more})

    def report(self, import_id: str, number: int, outcome: dict[str, Any], runner: str = RUNNER) -> Next:
        with self.context() as ctx:
            return report_outcome(ctx, import_id, number, {"runner": runner, **outcome})

    def perform(self, import_id: str, wanted: NextCall) -> dict[str, Any]:
        """Make a call and return the outcome to report."""
        call, file = wanted.call, None
        if call.file is not None:
            with self.context() as ctx:
                content, _digest = read_file(ctx, import_id, wanted.number)
            file = Upload(call.file.name, call.file.content_type, content)
        return outcome_of(self.kintone.send(call.method, call.path, params=call.params, body=call.body, file=file))

    def run(self, import_id: str, runner: str = RUNNER) -> None:
        """Carry an import out to its end."""
        found = self.ask(import_id, runner)
        for _ in range(2000):
            if found.wait_seconds:
                self.waited.append(found.wait_seconds)
                self.clock.advance(seconds=found.wait_seconds)
                found = self.ask(import_id, runner)
            elif found.call:
                found = self.report(import_id, found.call.number, self.perform(import_id, found.call), runner)
            else:
                return
        raise AssertionError("the import does not end")

    def progress(self, import_id: str) -> ImportProgress:
        with self.context() as ctx:
            return get_import(ctx, import_id)

    def act(self, service: Any, import_id: str) -> None:
        with self.context() as ctx:
            service(ctx, import_id)


def outcome_of(reply: Reply) -> dict[str, Any]:
    """Write an answer down as runners report it."""
    content = base64.b64encode(reply.content).decode("ascii")
    return {"status": reply.status, "headers": dict(reply.headers), "content": content}
