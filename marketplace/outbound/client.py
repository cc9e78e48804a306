"""The calls themselves: look up once, check, connect to what was checked, send, read a bounded answer."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from marketplace.kernel.outbound import OutboundAnswer, OutboundCall, OutboundError, OutboundProblem
from marketplace.outbound.naming import Resolve, resolve, resolve_within
from marketplace.outbound.places import is_public
from marketplace.outbound.targets import Target, read_target
from marketplace.outbound.wire import Deadline, Wire

MOST_PLACES = 3
"""How many addresses of one name are tried."""

Connect = Callable[[tuple[str, int], float], socket.socket]
"""Connects to a numeric address within some seconds. Raises OSError."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds that a call may take."""

    connect: float = 5
    """Until there is a connection, looking up the name included."""
    total: float = 10


@dataclass(frozen=True, slots=True)
class OutboundHttp:
    """Calls hosts of the open internet by HTTPS, and those that the operator trusts in any way.

    A name is looked up once, its addresses are checked, and the connection goes to one of those very addresses, so that
    a name that means something else a moment later gains nothing. No redirect is followed and no proxy is used,
    whatever the environment says.
    """

    trusted: frozenset[str] = frozenset()
    limits: TimeLimits = TimeLimits()
    resolve: Resolve = resolve
    connect: Connect = socket.create_connection
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def check(self, url: str) -> None:
        """Refuse an address that could never be called. Raises OutboundError."""
        read_target(url, self.trusted)

    def send(self, call: OutboundCall) -> OutboundAnswer:
        """Send one call and return the answer. Raises OutboundError."""
        target = read_target(call.url, self.trusted)
        total = self.limits.total if call.seconds is None else min(call.seconds, self.limits.total)
        deadline = Deadline(total)
        wire = self._open(target, deadline)
        try:
            return _exchange(wire, target, call)
        except TimeoutError as error:
            raise OutboundError(OutboundProblem.TIME_OUT, was_sent=wire.sent > 0) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            # ValueError: what http.client says of a chunk whose length is no number.
            raise OutboundError(OutboundProblem.BROKEN_OFF, was_sent=wire.sent > 0) from error
        finally:
            wire.hang_up()

    def _open(self, target: Target, deadline: Deadline) -> Wire:
        try:
            limit = Deadline(min(self.limits.connect, deadline.left()))
            connected = self._connect(self._places(target, limit), target.port, limit)
            if target.is_https:
                connected = self._encrypt(connected, target.host, limit)
        except ssl.SSLCertVerificationError as error:
            raise OutboundError(OutboundProblem.CERTIFICATE) from error
        except TimeoutError as error:
            raise OutboundError(OutboundProblem.TIME_OUT) from error
        except OSError as error:
            raise OutboundError(OutboundProblem.UNREACHABLE) from error
        return Wire(connected, deadline)

    def _places(self, target: Target, limit: Deadline) -> list[str]:
        try:
            found = resolve_within(limit.left(), self.resolve, target.host, target.port)
        except TimeoutError:
            raise
        except OSError as error:
            raise OutboundError(OutboundProblem.NAME_UNKNOWN) from error
        places = [place for place in found if target.is_trusted or is_public(place)]
        if not places:
            raise OutboundError(OutboundProblem.ADDRESS_FORBIDDEN)
        return places[:MOST_PLACES]

    def _connect(self, places: Collection[str], port: int, limit: Deadline) -> socket.socket:
        failure = OSError("no address")
        for place in places:
            try:
                return self.connect((place, port), limit.left())
            except TimeoutError:
                raise
            except OSError as error:
                failure = error
        raise failure

    def _encrypt(self, connected: socket.socket, host: str, limit: Deadline) -> socket.socket:
        try:
            connected.settimeout(limit.left())
            return self.tls.wrap_socket(connected, server_hostname=host)
        except BaseException:
            connected.close()
            raise


def _exchange(wire: Wire, target: Target, call: OutboundCall) -> OutboundAnswer:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = wire
    headers = {**call.headers, "Host": target.host_header, "Connection": "close"}
    connection.request(call.method, target.path, body=call.body or None, headers=headers)
    response = connection.getresponse()
    content = response.read(call.answer_bytes + 1)
    if len(content) <= call.answer_bytes and response.length:
        raise http.client.IncompleteRead(content, response.length)
    return OutboundAnswer(
        status=response.status,
        content=content[: call.answer_bytes],
        headers=dict(response.getheaders()),
        is_cut=len(content) > call.answer_bytes,
    )
