"""What can happen to one call on its way to a kintone and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel.outbound import OutboundError, OutboundProblem
from marketplace.kintone.client import Reply
from marketplace.kintone.transport import Transport
from marketplace.kintone.unanswered import failure_of
from tests.installs.fake_kintone import KilledError, reply

Send = Callable[[], Reply]
Fault = Callable[[Send], Reply]
PAGE = b"<!doctype html><title>Sign in</title><p>proxy.intra.example</p>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def killed_before(_send: Send) -> Reply:
    raise KilledError


def killed_after(send: Send) -> Reply:
    send()
    raise KilledError


def time_out_before(_send: Send) -> Reply:
    raise failure_of(OutboundError(OutboundProblem.TIME_OUT, was_sent=True))


def time_out_after(send: Send) -> Reply:
    send()
    raise failure_of(OutboundError(OutboundProblem.TIME_OUT, was_sent=True))


def cut_off(send: Send) -> Reply:
    send()
    raise failure_of(OutboundError(OutboundProblem.BROKEN_OFF, was_sent=True))


def too_many(_send: Send) -> Reply:
    refused = reply(429, {"code": "GAIA_TO04", "id": "x", "message": "too many requests"})
    return Reply(refused.status, refused.content, {**refused.headers, "Retry-After": "3"})


def error_500(_send: Send) -> Reply:
    return reply(500, {"code": "CB_IJ01", "id": "x", "message": "internal error"})


def error_500_after(send: Send) -> Reply:
    send()
    return reply(500, {"code": "CB_IJ01", "id": "x", "message": "internal error"})


def maintenance(_send: Send) -> Reply:
    return Reply(503, PAGE, HTML)


def gateway_504(send: Send) -> Reply:
    send()
    return Reply(504, PAGE, HTML)


def page_instead(_send: Send) -> Reply:
    return Reply(200, PAGE, HTML)


def half_the_json(send: Send) -> Reply:
    whole = send()
    return Reply(whole.status, whole.content[: len(whole.content) // 2], {"Content-Type": "application/json"})


def other_json(send: Send) -> Reply:
    send()
    return Reply(200, json.dumps([1, 2]).encode(), {"Content-Type": "application/json"})


FAULTS: Mapping[str, Fault] = {
    "killed before": killed_before,
    "killed after": killed_after,
    "time-out before": time_out_before,
    "time-out after": time_out_after,
    "cut off": cut_off,
    "429": too_many,
    "500": error_500,
    "500 after": error_500_after,
    "503": maintenance,
    "504 after": gateway_504,
    "HTML": page_instead,
    "half JSON": half_the_json,
    "wrong JSON": other_json,
}
"""By the word in the head of the table; “after” means that the call took effect all the same."""
DEPLOY_FAILS = "deploy FAIL"


@dataclass
class Disturbed:
    """Carries calls to a real workspace, all but those that something happens to; counted over all workers."""

    transport: Transport
    faults: Mapping[int, Fault]
    calls: list[tuple[str, str]] = field(default_factory=list)

    def send(self, method: str, path: str, **sent: Any) -> Reply:
        self.calls.append((method, path))
        fault = self.faults.get(len(self.calls))
        if fault is None:
            return self.transport.send(method, path, **sent)
        return fault(lambda: self.transport.send(method, path, **sent))
