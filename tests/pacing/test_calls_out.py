"""Calls to other hosts from within a request."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread

import pytest

from marketplace.edge.calls_out import MOST_AT_ONCE, MOST_OF_HOST, CallsOut
from marketplace.edge.desk import Desk
from marketplace.kernel.outbound import OutboundAnswer, OutboundCall, OutboundError, OutboundProblem


class Hanging:
    """Another host that answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = Event()
        self.has_come = Event()

    def check(self, url: str) -> None:
        if "[" in url:
            raise OutboundError(OutboundProblem.ADDRESS_MALFORMED)

    def send(self, _call: OutboundCall) -> OutboundAnswer:
        self.has_come.set()
        assert self.may_answer.wait(30)
        return OutboundAnswer(200, b"")


def call_to(host: str) -> OutboundCall:
    return OutboundCall("GET", f"https://{host}/")


def hang(calls: CallsOut, hosts: list[str]) -> list[Thread]:
    threads = [Thread(target=calls.send, args=[call_to(host)]) for host in hosts]
    for thread in threads:
        thread.start()
    return threads


@pytest.fixture
def host() -> Iterator[Hanging]:
    made = Hanging()
    yield made
    made.may_answer.set()


def test_a_host_that_hangs_takes_nobodys_place(host: Hanging):
    desk, done = Desk(1), Event()
    calls = CallsOut(host, desk)

    def work() -> None:
        with desk, desk:
            calls.send(call_to("slow.example"))
            done.set()

    caller = Thread(target=work)
    caller.start()
    assert host.has_come.wait(30)
    with desk:  # Nobody sits here.
        host.may_answer.set()
        assert not done.wait(0.1)  # The place is waited for again.
    caller.join(30)
    assert done.is_set()


def test_a_host_that_hangs_takes_few_threads_and_all_together_not_every_one(host: Hanging):
    calls = CallsOut(host, Desk(1))
    waiting = hang(calls, ["slow.example"] * MOST_OF_HOST)
    for same in ("slow.example", "SLOW.example"):
        with pytest.raises(OutboundError) as refused:
            calls.send(call_to(same))
        assert (refused.value.problem, refused.value.was_sent) == (OutboundProblem.CROWDED, False)
    waiting += hang(calls, [f"{number}.example" for number in range(MOST_AT_ONCE - MOST_OF_HOST)])
    with pytest.raises(OutboundError):
        calls.send(call_to("other.example"))
    host.may_answer.set()
    for thread in waiting:
        thread.join(30)
    assert calls.send(call_to("slow.example")).status == 200


def test_an_address_that_is_none_is_refused_as_ever(host: Hanging):
    with pytest.raises(OutboundError) as refused:
        CallsOut(host, Desk(1)).send(call_to("[1"))
    assert refused.value.problem is OutboundProblem.ADDRESS_MALFORMED
