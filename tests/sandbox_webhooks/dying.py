"""A worker that is killed after it has sent a delivery and before it notes that: `python -m … <database> <port>`."""

from __future__ import annotations

import os
import signal
import sys

from marketplace import schema  # noqa: F401 - every table must be known
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.outbound import OutboundAnswer, OutboundCall
from marketplace.outbound.client import OutboundHttp
from marketplace.sandbox.webhooks.posting import Postman
from tests.fakes import FixedClock
from tests.sandbox_records.factories import SITE


class LastCall:
    """Sends one call, and the process with it."""

    def __init__(self, port: str) -> None:
        self.outbound = OutboundHttp(trusted=frozenset({f"127.0.0.1:{port}"}))

    def check(self, url: str) -> None:
        self.outbound.check(url)

    def send(self, call: OutboundCall) -> OutboundAnswer:
        self.outbound.send(call)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")


if __name__ == "__main__":
    Postman(Sessions(make_engine(sys.argv[1])), LastCall(sys.argv[2]), "http://localhost", FixedClock()).post(SITE)
