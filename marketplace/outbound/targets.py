"""Reads the address of a call: what scheme, host and port are allowed, before anything is looked up."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from marketplace.kernel.outbound import OutboundError, OutboundProblem
from marketplace.outbound.places import is_public

LONGEST_URL = 2048
HTTPS_PORT = 443
DEFAULT_PORTS = {"https": HTTPS_PORT, "http": 80}
PATH_CHARACTERS = "/%:@!$&'()*+,;=-._~"
QUERY_CHARACTERS = PATH_CHARACTERS + "?"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes."""

    is_https: bool
    host: str
    """In ASCII and lower case; an IPv6 address without brackets."""
    port: int
    path: str
    """With the query, ready for the request line."""
    is_trusted: bool
    """Whether the operator named the host: then plain HTTP, any port and any network address will do."""

    @property
    def host_header(self) -> str:
        """The host as the header of that name has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == DEFAULT_PORTS["https" if self.is_https else "http"]
        return host if is_default else f"{host}:{self.port}"


def read_target(url: str, trusted: Collection[str]) -> Target:
    """Return where an address leads; `trusted` are hosts, or hosts with a port, in lower case. Raises OutboundError."""
    parts = _split(url)
    host, port = _ascii_host(parts), _port(parts)
    is_trusted = host in trusted or f"{host}:{port}" in trusted
    if parts.scheme != "https" and not is_trusted:
        raise OutboundError(OutboundProblem.NOT_HTTPS)
    if port != HTTPS_PORT and not is_trusted:
        raise OutboundError(OutboundProblem.PORT_FORBIDDEN)
    if not is_trusted and _is_private_literal(host):
        raise OutboundError(OutboundProblem.ADDRESS_FORBIDDEN)
    return Target(parts.scheme == "https", host, port, _path(parts), is_trusted)


def _split(url: str) -> SplitResult:
    """Split a whole address; passwords in it, white space and control characters are refused, as is a lone scheme."""
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED) from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED)
    return parts


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return host
    try:
        ascii_host = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED) from error
    if not ascii_host or not all(letter.isalnum() or letter in "-._" for letter in ascii_host):
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED)
    return ascii_host


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError as error:
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED) from error
    if port == 0:
        raise OutboundError(OutboundProblem.ADDRESS_MALFORMED)
    return port or DEFAULT_PORTS[parts.scheme]


def _is_private_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=PATH_CHARACTERS)
    return f"{path}?{quote(parts.query, safe=QUERY_CHARACTERS)}" if parts.query else path
