"""The one place of the command line that opens connections: to a kintone and to the service, as the user names them.

Private addresses are as good as any here: it is the user's own network. In the clear only this machine is called.
"""

from __future__ import annotations

import ssl
import time
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from marketplace.kernel.outbound import OutboundAnswer, OutboundCall, OutboundError, OutboundProblem
from marketplace.kernel.text import Text

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
LEAST_RATE = 1000
"""Bytes a second that an answer must bring on the whole, once it has taken as long as one wait may."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PIECE = 64 * 1024

NOT_AN_ADDRESS = Text(
    "「https://example.cybozu.com」の形のアドレスを指定してください。",
    "Give an address such as https://example.cybozu.com.",
)
NOT_HTTPS = Text(
    "https:// で始まるアドレスを指定してください（http:// は localhost だけ）。",
    "The address must begin with https:// (http:// is for localhost only).",
)


class AddressError(ValueError):
    """An address that is not called, and why."""

    def __init__(self, reason: Text) -> None:
        """Keep the reason."""
        super().__init__(reason.en)
        self.reason = reason


def read_base(written: str) -> str:
    """Return an address without its final slash. Raises AddressError."""
    try:
        parts = urlsplit(written)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressError(NOT_AN_ADDRESS) from None
    if not host or parts.scheme not in {"https", "http"} or parts.username or parts.query or parts.fragment:
        raise AddressError(NOT_AN_ADDRESS)
    if parts.scheme == "http" and host not in LOCAL:
        raise AddressError(NOT_HTTPS)
    return written.rstrip("/")


class UserNetwork:
    """Calls hosts from the user's machine, through a proxy if one is named; it follows no redirect, repeats nothing."""

    def __init__(self, *, proxy: str | None = None, authorities: Path | None = None) -> None:
        """Prepare the connections; `authorities` is a file of further certificates to trust. Raises OSError."""
        tls = ssl.create_default_context()
        if authorities is not None:
            tls.load_verify_locations(cafile=authorities)
        limits = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._direct = urllib3.PoolManager(ssl_context=tls, timeout=limits)
        self._through = urllib3.ProxyManager(proxy, ssl_context=tls, timeout=limits) if proxy else self._direct

    def check(self, url: str) -> None:
        """Refuse an address that is not called. Raises OutboundError."""
        try:
            read_base(url.partition("?")[0])
        except AddressError as error:
            problem = OutboundProblem.NOT_HTTPS if error.reason is NOT_HTTPS else OutboundProblem.ADDRESS_MALFORMED
            raise OutboundError(problem) from None

    def send(self, call: OutboundCall) -> OutboundAnswer:
        """Send one call. Raises OutboundError."""
        self.check(call.url)
        pool = self._direct if urlsplit(call.url).hostname in LOCAL else self._through
        try:
            response = pool.request(
                call.method,
                call.url,
                headers=dict(call.headers),
                body=call.body or None,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            content = _read(response, call.answer_bytes + 1)
        except urllib3.exceptions.HTTPError as error:
            raise _problem_of(error) from error
        return OutboundAnswer(
            status=response.status,
            content=content[: call.answer_bytes],
            headers=dict(response.headers),
            is_cut=len(content) > call.answer_bytes,
        )


def _read(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    content, began = bytearray(), time.monotonic()
    try:
        while len(content) < most:
            piece = response.read1(min(PIECE, most - len(content)), decode_content=True)
            if not piece:
                break
            content += piece
            elapsed = time.monotonic() - began
            if elapsed > READ_SECONDS and len(content) < elapsed * LEAST_RATE:
                raise OutboundError(OutboundProblem.TIME_OUT, was_sent=True)
    finally:
        # What was not read to its end can't be used for another call.
        response.release_conn() if len(content) < most else response.close()
    return bytes(content)


def _problem_of(error: urllib3.exceptions.HTTPError) -> OutboundError:
    """Return why there is no answer; what surely was not sent is told apart, for it surely had no effect."""
    match error:
        case urllib3.exceptions.SSLError():
            return OutboundError(OutboundProblem.CERTIFICATE)
        case urllib3.exceptions.NameResolutionError():
            return OutboundError(OutboundProblem.NAME_UNKNOWN)
        case urllib3.exceptions.NewConnectionError() | urllib3.exceptions.ProxyError():
            return OutboundError(OutboundProblem.UNREACHABLE)
        case urllib3.exceptions.ConnectTimeoutError():
            return OutboundError(OutboundProblem.TIME_OUT)
        case urllib3.exceptions.TimeoutError():
            return OutboundError(OutboundProblem.TIME_OUT, was_sent=True)
        case _:
            return OutboundError(OutboundProblem.BROKEN_OFF, was_sent=True)
