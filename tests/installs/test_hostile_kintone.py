"""What calls itself a kintone and is none: imports, exports and checks end clearly, and tell nothing to anybody.

Everything is real but the name service: the guarded way out, its certificates, the transport, a server that misbehaves.
"""

from __future__ import annotations

import base64
import json
import logging
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.failures import Failure
from marketplace.installs.models import ImportState
from marketplace.installs.queries import get_import
from marketplace.installs.run import run_import
from marketplace.installs.services import start_import
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.domains import DomainRules
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.errors import KintoneFailure
from marketplace.outbound.client import OutboundHttp, TimeLimits
from marketplace.workspaces.domains.checking import Outcome, check_connection
from marketplace.workspaces.domains.credentials import client_of
from marketplace.workspaces.domains.models import Connection
from tests.installs.exporting import export
from tests.installs.factories import make_order, make_version
from tests.municipalities.factories import MIHON, actor_for, make_municipality
from tests.outbound.receiver import CERTIFICATE, NAME, Receiver, running_receiver
from tests.workspaces.domains.factories import LOGIN, PASSWORD, make_connection

PUBLIC, PRIVATE = "93.184.216.34", "10.20.30.40"
SECRET_PAGE = "内部の画面 intra.example"
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
PAIR = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
SECONDS = 0.4
MOST_SECONDS = 15
MOST_MEMORY = 200 * 1024 * 1024
Answer = tuple[int, dict[str, str], bytes]


def answer(document: object, status: int = 200) -> Answer:
    return status, JSON, json.dumps(document, ensure_ascii=False).encode()


GOOD = [answer({"apps": []}), answer({"app": "1", "revision": "1"}), answer({"app": "2", "revision": "1"})]
"""How a kintone answers the first calls of an import."""
ECHO = {"code": "GAIA_X", "id": "x", "message": f"{PASSWORD} {PAIR}", "errors": {"a": {"messages": [PAIR, PASSWORD]}}}
BEHAVIOURS: dict[str, Answer] = {
    "a page": (200, HTML, f"<p>{SECRET_PAGE}</p>".encode()),
    "a page of an error": (500, HTML, f"<p>{SECRET_PAGE}</p>".encode()),
    "a page that forbids": (403, HTML, f"<p>{SECRET_PAGE}</p>".encode()),
    "no JSON": (200, JSON, f'{{"apps": [{SECRET_PAGE}'.encode()),
    "a list": answer([SECRET_PAGE]),
    "deep JSON": (200, JSON, b"[" * 200_000),
    "other shapes": answer({"apps": SECRET_PAGE, "app": {"a": 1}, "properties": 5, "layout": "x", "views": []}),
    "an endless id": answer({"apps": [{"appId": "9" * 100_000, "name": "a"}], "app": "9" * 100_000, "revision": "1"}),
    "an id of another kind": answer({"apps": [{"appId": "１x", "name": "a"}], "app": "../1", "revision": "1"}),
    "a body without end": (200, JSON, b'{"apps": "' + b"x" * (33 * 1024 * 1024) + b'"}'),
    "compressed": (200, {**JSON, "Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00"),
    "an early end": (200, {**JSON, "Content-Length": "1000"}, b'{"apps": ['),
    "an echo of secrets": answer(ECHO, 400),
    "an echo with 520": answer(ECHO, 520),
    "no reason": answer({"message": SECRET_PAGE}, 400),
}


@dataclass
class Office:
    """A municipality with a workspace at the other side, and the receiver that plays its kintone."""

    context: Callable[..., Any]
    receiver: Receiver
    worker: Any
    workspace_id: str
    pauses: list[float] = field(default_factory=list)

    def install(self) -> Any:
        with self.context(actor_for("admin", MIHON)) as ctx:
            import_id = start_import(ctx, self.workspace_id, make_order()).id
        run_import(
            self.worker.sessions,
            self.ports,
            lambda session, workspace_id, _starter: client_of(self.ports, session.get_one(Connection, workspace_id)),
            import_id,
            self.worker.clock,
            self.pauses.append,
        )
        with self.context() as ctx:
            return get_import(ctx, import_id).import_

    def export(self) -> Exception:
        with self.context() as ctx:
            client = client_of(self.ports, ctx.session.get_one(Connection, self.workspace_id))
        with pytest.raises((KintoneFailure, DomainError)) as failed:
            export(client, ["1", "2"])
        return failed.value

    def check(self) -> Any:
        with self.context(actor_for("admin", MIHON)) as ctx:
            return check_connection(ctx, self.workspace_id)

    @property
    def ports(self):
        return self.worker.ports


@contextmanager
def office_of(worker, receiver: Receiver, *, places: list[str] | None = None, tls: ssl.SSLContext | None = None):
    """Connect a workspace to a receiver that the name service knows by a public name."""

    def connect(place: tuple[str, int], seconds: float) -> socket.socket:
        assert place == (PUBLIC, 443)
        return socket.create_connection(("127.0.0.1", receiver.port), seconds)

    outbound = OutboundHttp(
        resolve=lambda _host, _port: places or [PUBLIC],
        connect=connect,
        tls=tls or ssl.create_default_context(cafile=str(CERTIFICATE)),
        limits=TimeLimits(connect=SECONDS, total=SECONDS),
    )
    worker.ports = replace(worker.ports, outbound=outbound, domains=DomainRules(suffixes=("example",)))

    @contextmanager
    def context(actor=SYSTEM) -> Iterator[Context]:
        with unit_of_work(worker.sessions) as (session, after_commit):
            yield Context(session, actor, worker.clock, after_commit, worker.ports)

    with context() as ctx:
        make_municipality(ctx.session, MIHON)
        make_version(ctx)
    with context(actor_for("admin", MIHON)) as ctx:
        workspace_id = make_connection(ctx, f"https://{NAME}").workspace_id
    yield Office(context, receiver, worker, workspace_id)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Iterator[Engine]:
    """One database is enough: none of this depends on it."""
    made = make_engine(f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'test.db'}")
    schema.METADATA.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def receiver():
    with running_receiver(encrypted=True) as running:
        yield running


@pytest.fixture
def office(worker, receiver):
    with office_of(worker, receiver) as made:
        yield made


@contextmanager
def bounded() -> Iterator[None]:
    """See that what happens inside takes neither long nor much memory."""
    started = time.monotonic()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < MOST_SECONDS
    assert peak < MOST_MEMORY


def assert_clear(*texts: Text) -> None:
    """See that people of both languages are told something, and nothing that is not theirs to know."""
    for text in texts:
        assert text.ja
        assert text.ja != text.en
        assert_tells_nothing(f"{text.ja} {text.en}")


def assert_tells_nothing(told: str) -> None:
    for secret in (PASSWORD, PAIR, SECRET_PAGE, "intra.example", PRIVATE, "127.0.0.1", "Traceback"):
        assert secret not in told


def everything_stored(office: Office) -> str:
    """Return all that the database holds, as text."""
    with office.context() as ctx:
        tables = schema.METADATA.sorted_tables
        return " ".join(str(tuple(row)) for table in tables for row in ctx.session.execute(select(table)))


def assert_stopped_clearly(office: Office, import_) -> None:
    assert import_.state is not ImportState.SUCCEEDED
    failure = Failure.from_document({name: import_.error[name] for name in ("reason", "remedy", "code", "message")})
    assert_clear(failure.reason, failure.remedy)
    assert_tells_nothing(failure.message + failure.code)
    assert_tells_nothing(everything_stored(office))


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(0, id="from the first call", marks=pytest.mark.slow),
        pytest.param(1, id="when it creates"),
        pytest.param(2, id="later", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_an_import_stops_with_a_clear_reason(office, receiver, caplog, behaviour, good):
    receiver.answer_with(*GOOD[:good], BEHAVIOURS[behaviour])
    with caplog.at_level(logging.DEBUG), bounded():
        import_ = office.install()
    assert_stopped_clearly(office, import_)
    assert_tells_nothing(caplog.text)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_check_of_the_connection_says_clearly_what_is_wrong(office, receiver, caplog, behaviour):
    receiver.answer_with(BEHAVIOURS[behaviour])
    with caplog.at_level(logging.DEBUG), bounded():
        check = office.check()
    told = [text for finding in check.findings for text in (finding.text, finding.remedy) if text is not None]
    assert any(finding.outcome is Outcome.FAILED for finding in check.findings)
    assert_clear(*told)
    assert_tells_nothing(caplog.text + everything_stored(office))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_an_export_ends_with_a_clear_reason(office, receiver, caplog, behaviour):
    receiver.answer_with(BEHAVIOURS[behaviour])
    with caplog.at_level(logging.DEBUG), bounded():
        failed = office.export()
    if isinstance(failed, DomainError):
        assert_clear(Text(failed.says(Language.JA), failed.says(Language.EN)))
    elif not failed.code.startswith("GAIA"):
        assert_clear(failed.message)
    assert_tells_nothing(f"{failed} {caplog.text}")


@pytest.mark.parametrize("act", ["install", "check", "export"])
@pytest.mark.parametrize("speed", [{"pause": 20}, {"drip": 0.1}], ids=["silent", "byte by byte"])
def test_a_slow_server_is_given_up(office, receiver, act, speed):
    vars(receiver).update(speed)
    with bounded():
        ended = getattr(office, act)()
    if act == "install":
        assert_stopped_clearly(office, ended)
    elif act == "check":
        assert ended.findings[0].code == "time-out"
    else:
        assert_clear(ended.message)


@pytest.mark.parametrize("act", ["install", "check", "export"])
def test_a_redirect_into_the_own_network_is_not_followed_and_not_shown(office, receiver, act):
    with running_receiver() as inside:
        receiver.answer_with((302, {"Location": inside.url("/admin")}, SECRET_PAGE.encode()))
        ended = getattr(office, act)()
        assert inside.received == []
    if act == "install":
        assert_stopped_clearly(office, ended)
    elif act == "check":
        assert_clear(*(finding.text for finding in ended.findings))
    assert_tells_nothing(str(ended))


@pytest.mark.parametrize("act", ["install", "check", "export"])
def test_a_name_that_leads_into_the_own_network_is_not_called(worker, receiver, act):
    with office_of(worker, receiver, places=[PRIVATE]) as office:
        ended = getattr(office, act)()
    assert receiver.received == []
    if act == "install":
        assert_stopped_clearly(office, ended)
    assert_tells_nothing(str(ended))


@pytest.mark.parametrize("act", ["install", "check", "export"])
def test_a_wrong_certificate_ends_everything_before_a_password_is_sent(worker, receiver, act):
    with office_of(worker, receiver, tls=ssl.create_default_context()) as office:
        ended = getattr(office, act)()
    assert receiver.received == []
    if act == "install":
        assert_stopped_clearly(office, ended)
        assert ended.error["code"] == "certificate"
    elif act == "check":
        assert ended.findings[0].code == "certificate"


@pytest.mark.parametrize("act", ["install", "check", "export"])
def test_a_server_without_encryption_gets_no_password(worker, act):
    with running_receiver() as plain, office_of(worker, plain) as office:
        ended = getattr(office, act)()
        assert plain.received == []
    if act == "install":
        assert_stopped_clearly(office, ended)
