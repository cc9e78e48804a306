"""The part through which the service calls other hosts; nothing else opens a connection to the outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

ANSWER_BYTES = 1024 * 1024


class OutboundProblem(StrEnum):
    """Why a call brought no answer."""

    ADDRESS_MALFORMED = "address-malformed"
    NOT_HTTPS = "not-https"
    PORT_FORBIDDEN = "port-forbidden"
    ADDRESS_FORBIDDEN = "address-forbidden"
    NAME_UNKNOWN = "name-unknown"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIME_OUT = "time-out"
    BROKEN_OFF = "broken-off"
    CROWDED = "crowded"
    """Too many calls are under way here; this one was not begun."""


class OutboundError(Exception):
    """No answer came; unless `was_sent`, the other side has surely not seen the call."""

    def __init__(self, problem: OutboundProblem, *, was_sent: bool = False) -> None:
        """Keep what went wrong; no detail that would tell of the inside of a network."""
        super().__init__(problem.value)
        self.problem = problem
        self.was_sent = was_sent


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """One request; `url` is whole, and headers of the connection itself are added."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    answer_bytes: int = ANSWER_BYTES
    """How much of the answer is read."""
    seconds: float | None = None
    """A limit of its own, where somebody waits who should not wait as long as calls may take."""


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """Whatever was answered, redirects included: they are never followed."""

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    """Whether the answer went on beyond `answer_bytes`."""


class Outbound(Protocol):
    """Calls other hosts. Adapters pass tests/contract/test_outbound.py."""

    def check(self, url: str) -> None:
        """Refuse an address that could never be called, without asking the network. Raises OutboundError."""
        ...

    def send(self, call: OutboundCall) -> OutboundAnswer:
        """Send one call, within the time limits, and return the answer. Raises OutboundError."""
        ...


class ClosedOutbound:
    """Calls nobody: what stands in where the composition root opened no way out."""

    def check(self, url: str) -> None:  # noqa: ARG002 - the protocol's
        """Refuse every address. Raises OutboundError."""
        raise OutboundError(OutboundProblem.ADDRESS_FORBIDDEN)

    def send(self, call: OutboundCall) -> OutboundAnswer:
        """Refuse every call. Raises OutboundError."""
        self.check(call.url)
        raise OutboundError(OutboundProblem.ADDRESS_FORBIDDEN)
