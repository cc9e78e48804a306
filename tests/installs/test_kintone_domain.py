"""A second instance of the service, served over the network, acts as the kintone domain that templates go into."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from marketplace import schema
from marketplace.app import Runtime, make_app, make_runtime
from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs import reconnecting
from marketplace.installs.models import ImportState
from marketplace.installs.queries import get_import
from marketplace.installs.run import run_import
from marketplace.installs.services import retry_import, start_import
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.domains import DomainRules
from marketplace.kernel.outbound import OutboundAnswer, OutboundCall
from marketplace.kintone.samples import sample_records
from marketplace.outbound.client import OutboundHttp
from marketplace.sandbox import sites
from marketplace.sandbox.spaces.models import SpaceMember
from marketplace.sandbox.spaces.services import NewSpace, create_space
from marketplace.settings import Settings
from marketplace.transports import connect_by_kind
from marketplace.workspaces.domains.checking import check_connection
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.domains.services import change_connection
from tests.bundle.factories import make_joined_bundle
from tests.installs.factories import make_order, make_version
from tests.installs.fake_kintone import KilledError
from tests.municipalities.factories import MIHON, actor_for, make_municipality
from tests.workspaces.domains.factories import make_connection

SITE, LOGIN, PASSWORD, NEW_PASSWORD = "kintonesite", "service", "a password of the domain", "another password"
SAMPLES = {app.name: len(sample_records(app)) for app in make_joined_bundle().apps}


class Domain:
    """The other instance: its own database, its own port, one site."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.server = make_server("127.0.0.1", 0, make_app(runtime), threaded=True)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://{self.host}/w/{SITE}"
        with runtime.unit_of_work() as ctx:
            sites.create_site(ctx.session, SITE, "よその kintone", ctx.now())
            sites.add_user(ctx.session, SITE, "sato", "佐藤", None)
        self.set_password(PASSWORD)

    def set_password(self, password: str) -> None:
        with self.runtime.unit_of_work() as ctx:
            sites.add_user(ctx.session, SITE, LOGIN, "接続用", password, is_admin=True)


class Way:
    """The guarded way out, with something done at one of its calls."""

    def __init__(self, outbound: OutboundHttp) -> None:
        self.outbound = outbound
        self.calls: list[OutboundCall] = []
        self.before = self.after = lambda _number: None

    def check(self, url: str) -> None:
        self.outbound.check(url)

    def send(self, call: OutboundCall) -> OutboundAnswer:
        self.calls.append(call)
        self.before(len(self.calls))
        answer = self.outbound.send(call)
        self.after(len(self.calls))
        return answer


@pytest.fixture
def domain(tmp_path) -> Iterator[Domain]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    runtime = make_runtime(Settings(data_dir=tmp_path / "domain"))
    schema.METADATA.create_all(runtime.engine)
    made = Domain(runtime)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()
    runtime.engine.dispose()


@pytest.fixture
def way(domain):
    return Way(OutboundHttp(trusted=frozenset({domain.host})))


@pytest.fixture
def ports(ports, domain, way):
    return replace(ports, outbound=way, domains=DomainRules(trusted=frozenset({domain.host})))


@pytest.fixture
def office(worker, ports, domain):
    return Office(worker, ports, domain)


class Office:
    """A municipality whose workspace is that domain, and its worker."""

    def __init__(self, worker, ports, domain) -> None:
        self.worker, self.ports = worker, ports
        self.connect = connect_by_kind(make_app(replace(domain.runtime, sessions=worker.sessions, ports=ports)))
        with self.context(SYSTEM) as ctx:
            make_municipality(ctx.session, MIHON)
            make_version(ctx)
        with self.context() as ctx:
            self.workspace_id = make_connection(ctx, domain.address, login=LOGIN, password=PASSWORD).workspace_id
            self.import_id = start_import(ctx, self.workspace_id, make_order(sample_records=True)).id

    @contextmanager
    def context(self, actor: Actor | None = None) -> Iterator[Context]:
        with unit_of_work(self.worker.sessions) as (session, after_commit):
            yield Context(session, actor or actor_for("admin", MIHON), self.worker.clock, after_commit, self.ports)

    def run(self) -> None:
        worker = self.worker
        run_import(worker.sessions, self.ports, self.connect, self.import_id, worker.clock, worker.pauses.append)

    def progress(self):
        with self.context() as ctx:
            return get_import(ctx, self.import_id)

    def assert_complete(self) -> None:
        progress = self.progress()
        assert progress.failure is None, progress.failure
        assert progress.import_.state is ImportState.SUCCEEDED
        with self.context() as ctx:
            client = self.connect(ctx.session, self.workspace_id)
        found = {app.app_id: app.name for app in client.list_apps()}
        assert sorted(found) == ["1", "2", "3"]
        assert {name: len(client.get_records(number, "")) for number, name in found.items()} == SAMPLES


def test_three_apps_are_installed_over_the_network(office, way):
    office.run()
    office.assert_complete()
    assert len(way.calls) > 30
    assert {call.headers["X-Cybozu-Authorization"] for call in way.calls}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [2, 34])
def test_a_killed_worker_leaves_nothing_doubled(office, way, moment, number):
    def die(count):
        if count == number:
            raise KilledError

    setattr(way, moment, die)
    with pytest.raises(KilledError):
        office.run()
    way.before = way.after = lambda _number: None
    office.run()
    assert office.progress().import_.state is ImportState.RUNNING, "the lease of the dead worker must run out first"
    office.worker.clock.advance(seconds=21)
    office.run()
    office.assert_complete()


def test_an_import_whose_password_changed_waits_and_goes_on_once_it_is_replaced(office, way, domain, caplog):
    way.after = lambda count: domain.set_password(NEW_PASSWORD) if count == 20 else None
    with caplog.at_level(logging.DEBUG):
        office.run()
    stopped = office.progress()
    assert (stopped.import_.state, stopped.failure.code) == (ImportState.FAILED, "CB_WA01")
    assert "入れ替える" in stopped.failure.remedy.ja
    assert len(way.calls) == 21, "a wrong password is not tried again and again"
    assert PASSWORD not in caplog.text
    assert PASSWORD not in str(stopped.import_.error)
    with office.context() as ctx:
        reconnecting.replace_credentials(ctx, office.workspace_id, {"login": LOGIN, "password": NEW_PASSWORD})
    assert office.progress().import_.state is ImportState.QUEUED
    office.run()
    office.assert_complete()


def test_only_imports_that_want_an_account_go_on_by_themselves(office, way, domain):
    domain.server.shutdown()
    domain.server.server_close()
    office.run()
    office.worker.clock.advance(hours=7)
    office.run()
    stopped = office.progress()
    assert (stopped.import_.state, stopped.failure.code) == (ImportState.FAILED, "unreachable")
    with office.context() as ctx:
        reconnecting.replace_credentials(ctx, office.workspace_id, {"login": LOGIN, "password": NEW_PASSWORD})
    assert office.progress().import_.state is ImportState.FAILED


def test_credentials_that_can_not_be_read_any_more_end_the_import_until_they_are_entered_again(office):
    with office.context() as ctx:
        ctx.session.get_one(Connection, office.workspace_id).sealed = "lost"
    office.run()
    assert office.progress().failure.code == "credentials-unreadable"
    with office.context() as ctx:
        reconnecting.replace_credentials(ctx, office.workspace_id, {"login": LOGIN, "password": PASSWORD})
    office.run()
    office.assert_complete()


def test_a_guest_space_of_the_domain_takes_the_apps(office, domain, way):
    with domain.runtime.unit_of_work() as ctx:
        new = NewSpace("事業者", is_private=True, is_guest=True, fixed_member=False)
        space = create_space(ctx.session, sites.owner(ctx.session, SITE, LOGIN), 1, new, ctx.now())
        number = str(space.space_id)
        for position, code in enumerate((LOGIN, "sato")):
            place = {"site_id": SITE, "space_id": space.space_id, "position": position}
            ctx.session.add(SpaceMember(**place, kind="USER", code=code, is_admin=True))
    with office.context() as ctx:
        change_connection(ctx, office.workspace_id, {"address": domain.address, "guest_space": number})
        assert check_connection(ctx, office.workspace_id).works
    way.calls.clear()
    office.run()
    office.assert_complete()
    assert {call.url.removeprefix(domain.address).partition("/v1/")[0] for call in way.calls} == {f"/k/guest/{number}"}


def test_a_retry_by_hand_works_as_ever(office, way, domain):
    way.after = lambda count: domain.set_password(NEW_PASSWORD) if count == 10 else None
    office.run()
    domain.set_password(PASSWORD)
    with office.context() as ctx:
        retry_import(ctx, office.import_id)
    office.run()
    office.assert_complete()
