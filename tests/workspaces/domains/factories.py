"""Ports that lead to this machine, and workspaces connected to a kintone on it."""

from __future__ import annotations

from dataclasses import replace

from marketplace.kernel.context import Context
from marketplace.kernel.domains import DomainRules
from marketplace.kernel.ports import Ports
from marketplace.outbound.client import OutboundHttp, TimeLimits
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.services import create_workspace

JSON = {"Content-Type": "application/json"}
HERE = frozenset({"127.0.0.1"})
PASSWORD, GATE_PASSWORD = "correct horse 馬", "battery staple"
LOGIN = "yokoten"


def open_ports(ports: Ports, seconds: float = 1) -> Ports:
    """Return the ports with a way out to this machine, which counts as a kintone domain."""
    outbound = OutboundHttp(trusted=HERE, limits=TimeLimits(connect=seconds, total=seconds))
    return replace(ports, outbound=outbound, domains=DomainRules(trusted=HERE))


def make_input(address: str = "https://example.cybozu.com", **changes: str) -> dict[str, object]:
    """Make what connects a kintone domain."""
    given = {"name": "本番のkintone", "kind": "kintone", "address": address, "login": LOGIN, "password": PASSWORD}
    return {**given, **changes}


def make_connection(ctx: Context, address: str = "https://example.cybozu.com", **changes: str) -> Connection:
    """Connect a kintone domain."""
    connection = create_workspace(ctx, make_input(address, **changes)).workspace.connection
    assert connection is not None
    return connection
