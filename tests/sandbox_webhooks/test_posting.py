"""Deliveries reach a real server, whatever it does, and whatever happens to the workers that send them."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text, update

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.outbound.client import OutboundHttp, TimeLimits
from marketplace.sandbox.records import writing
from marketplace.sandbox.webhooks.models import Delivery, DeliveryState
from marketplace.sandbox.webhooks.outbox import LEASE, PAUSES
from marketplace.sandbox.webhooks.posting import JOB, Postman
from tests.fakes import RecordingOutbound
from tests.outbound.receiver import closed_port, running_receiver, wait_until
from tests.sandbox_records.factories import SITE, caller, values
from tests.sandbox_webhooks.factories import deliveries, make_listened_app

BASE = "https://yokoten.example"


@pytest.fixture
def receiver():
    with running_receiver() as running:
        yield running


def postman_on(sessions, receiver_port, clock, **options) -> Postman:
    outbound = OutboundHttp(trusted=frozenset({f"127.0.0.1:{receiver_port}"}), limits=TimeLimits(1, 1))
    return Postman(sessions, outbound, BASE, clock, **options)


@pytest.fixture
def postman(sessions, receiver, clock) -> Postman:
    return postman_on(sessions, receiver.port, clock)


def add_record(sessions, clock, url, count=1) -> None:
    with unit_of_work(sessions) as (session, _):
        app = make_listened_app(session, url)
        for _ in range(count):
            writing.add_record(session, caller(), app, values(件名="横展"), clock())


def outbox_of(sessions):
    with unit_of_work(sessions, writes=False) as (session, _):
        return deliveries(session)


def only(sessions):
    [delivery] = outbox_of(sessions)
    return delivery


def test_a_delivery_arrives_as_json_with_the_whole_address(sessions, postman, receiver, clock):
    add_record(sessions, clock, receiver.url("/yokoten"))
    postman.post(SITE)
    [arrived] = receiver.received
    assert (arrived.method, arrived.path) == ("POST", "/yokoten")
    assert arrived.headers["Content-Type"] == "application/json; charset=utf-8"
    assert arrived.json["url"] == f"{BASE}/w/{SITE}/k/1/show#record=1"
    assert arrived.json["record"]["件名"] == {"type": "SINGLE_LINE_TEXT", "value": "横展"}
    assert (only(sessions).state, only(sessions).status) == (DeliveryState.DELIVERED, 200)


def test_the_sweep_finds_the_sites_that_have_something_due(sessions, postman, receiver, clock):
    with unit_of_work(sessions, writes=False) as (session, _):
        assert postman.due(session) == []
    add_record(sessions, clock, receiver.url())
    with unit_of_work(sessions, writes=False) as (session, _):
        assert postman.due(session) == [(JOB, SITE)]


def test_several_are_sent_in_one_turn_each_once(sessions, postman, receiver, clock):
    add_record(sessions, clock, receiver.url(), 3)
    postman.post(SITE)
    postman.post(SITE)
    numbers = sorted(each.json["record"]["$id"]["value"] for each in receiver.received)
    assert numbers == ["1", "2", "3"]


def test_a_receiver_that_fails_and_recovers_gets_the_same_message_again(sessions, postman, receiver, clock):
    receiver.answer_with(500, 200)
    add_record(sessions, clock, receiver.url())
    postman.post(SITE)
    assert (only(sessions).state, only(sessions).status) == (DeliveryState.PENDING, 500)
    clock.advance(seconds=PAUSES[0].total_seconds())
    postman.post(SITE)
    assert (only(sessions).state, only(sessions).attempts) == (DeliveryState.DELIVERED, 2)
    first, second = receiver.received
    assert first.body == second.body


def test_a_slow_receiver_is_not_waited_for(sessions, postman, receiver, clock):
    receiver.pause = 20
    add_record(sessions, clock, receiver.url())
    started = time.monotonic()
    postman.post(SITE)
    assert time.monotonic() - started < 10
    assert (only(sessions).state, only(sessions).error) == (DeliveryState.PENDING, "time-out")


def test_a_receiver_that_is_not_there_is_told_of(sessions, clock):
    port = closed_port()
    add_record(sessions, clock, f"http://127.0.0.1:{port}/")
    postman_on(sessions, port, clock).post(SITE)
    assert (only(sessions).error, only(sessions).status) == ("unreachable", None)


def test_a_huge_answer_is_not_read_and_counts_by_its_status(sessions, postman, receiver, clock):
    receiver.answer_with((200, {}, b"x" * 20_000_000))
    add_record(sessions, clock, receiver.url())
    postman.post(SITE)
    assert only(sessions).state is DeliveryState.DELIVERED


def test_a_redirect_is_not_followed_and_is_no_success(sessions, postman, receiver, clock):
    receiver.answer_with((302, {"Location": receiver.url("/elsewhere")}, b""))
    add_record(sessions, clock, receiver.url())
    postman.post(SITE)
    assert [each.path for each in receiver.received] == ["/hook"]
    assert (only(sessions).state, only(sessions).status) == (DeliveryState.PENDING, 302)


def test_an_address_of_the_own_network_is_never_called(sessions, receiver, clock):
    add_record(sessions, clock, receiver.url())
    Postman(sessions, OutboundHttp(), BASE, clock).post(SITE)
    assert receiver.received == []
    assert only(sessions).error == "not-https"


def test_only_so_many_sites_have_a_turn_at_once(sessions, receiver, clock):
    receiver.pause = 20
    add_record(sessions, clock, receiver.url())
    postman = postman_on(sessions, receiver.port, clock)
    assert postman._turns.acquire(blocking=False)
    postman.post(SITE)
    assert receiver.received == []


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path) -> Iterator[Engine]:
    """A database of its own, which other processes and threads see."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'hooks.db'}")
        schema.METADATA.create_all(made)
        yield made
        made.dispose()
        return
    address = make_url(request.getfixturevalue("postgres_url"))
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE hooks TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    made = make_engine(address.set(database="hooks").render_as_string(hide_password=False))
    schema.METADATA.create_all(made)
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE hooks WITH (FORCE)"))
    admin.dispose()


def test_a_worker_killed_after_sending_sends_again_under_the_same_id(database, receiver, clock):
    sessions = Sessions(database)
    add_record(sessions, clock, receiver.url())
    address = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.sandbox_webhooks.dying", address, str(receiver.port)]
    assert subprocess.run(command, timeout=60).returncode == -signal.SIGKILL
    assert len(receiver.received) == 1
    postman = postman_on(sessions, receiver.port, clock)
    postman.post(SITE)
    assert len(receiver.received) == 1, "its lease has not run out"
    clock.advance(seconds=LEASE.total_seconds())
    postman.post(SITE)
    first, second = receiver.received
    assert first.json["id"] == second.json["id"]
    assert (only(sessions).state, only(sessions).attempts) == (DeliveryState.DELIVERED, 2)


def test_workers_at_once_send_each_delivery_once(database, receiver, clock):
    sessions = Sessions(database)
    add_record(sessions, clock, receiver.url(), 12)
    receiver.pause = 0.02
    workers = [postman_on(sessions, receiver.port, clock) for _ in range(4)]
    threads = [threading.Thread(target=worker.post, args=(SITE,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: len(receiver.received) >= 12)
    assert len({each.json["id"] for each in receiver.received}) == len(receiver.received) == 12
    assert {each.state for each in outbox_of(sessions)} == {DeliveryState.DELIVERED}


def test_no_transaction_is_open_while_a_receiver_thinks(database, clock):
    """Others may change the very same delivery meanwhile; else this would wait for ever."""
    sessions = Sessions(database)
    add_record(sessions, clock, "https://hooks.example/")

    class Thinking(RecordingOutbound):
        def send(self, call):
            with unit_of_work(sessions) as (session, _):
                session.execute(update(Delivery).values(event="TOUCHED"))
            return super().send(call)

    Postman(sessions, Thinking(), BASE, clock).post(SITE)
    assert (only(sessions).state, only(sessions).event) == (DeliveryState.DELIVERED, "TOUCHED")
