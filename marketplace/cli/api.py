"""Speaks to the service's API: time-outs, retries of what may be repeated, and clear words for every failure."""

from __future__ import annotations

import contextlib
import json
import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from marketplace.bundle.limits import MEGABYTE, STORED_ZIP_BYTES
from marketplace.cli.api_errors import not_our_service, refused, unreachable, unusable_bundle
from marketplace.cli.known_service import KnownService
from marketplace.cli.outcomes import CommandError, Outcome
from marketplace.kernel.text import Language, Text

CONNECT_SECONDS, READ_SECONDS, WHOLE_ANSWER_SECONDS = 10.0, 120.0, 600.0
ATTEMPTS = 3
PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
PIECE = 64 * 1024
JSON_BYTES = 64 * MEGABYTE
WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({302, 307})
"""To where the service keeps a file; nothing but downloads follows them."""
SAFE = frozenset({"GET", "HEAD"})
JSON, ZIP, PROBLEM = "application/json", "application/zip", "application/problem+json"
PREFIX = "/api/v1"

# Its warnings about retries would stand between the lines of a command; failures are told in words of our own.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media(self) -> str:
        """The type of the content, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(slots=True)
class ServiceApi:
    """The API of one service, called with one token."""

    service: KnownService
    language: Language
    ca_bundle: Path | None = None
    _manager: urllib3.PoolManager | None = field(default=None, init=False)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read something."""
        return self._json(self._send("GET", f"{path}?{urlencode(query)}" if query else path))

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> dict[str, Any]:
        """Send an order; one with an Idempotency-Key is sent again when no answer comes."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self._json(self._send("POST", path, content, media=JSON, key=key))

    def repeat(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send what comes to the same when it arrives twice: sent again when no answer comes."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._json(self._send(method, path, content, media=JSON, is_repeatable=True))

    def upload(self, path: str, data: bytes, *, key: str) -> dict[str, Any]:
        """Send a zip."""
        return self._json(self._send("POST", path, data, media=ZIP, key=key))

    def download(self, path: str, media: str = ZIP) -> bytes:
        """Fetch a file."""
        answer = self._send("GET", path, most=STORED_ZIP_BYTES + MEGABYTE, may_redirect=True)
        if answer.status in REDIRECTS:
            answer = self._fetch_elsewhere(answer)
        if answer.media != media:
            raise not_our_service(self.service.url, answer.status, answer.media)
        return answer.content

    def _fetch_elsewhere(self, redirect: Answer) -> Answer:
        """Fetch a file where the service keeps it, without the token; the caller checks its digest."""
        address = redirect.headers.get("location", "")
        if urlsplit(address).scheme not in {"http", "https"}:
            raise self._failure(redirect)
        with self._failures_told():
            response = self._connect(address).request(
                "GET", address, retries=_retries(is_repeatable=True), redirect=False, preload_content=False
            )
            try:
                answer = Answer(
                    response.status, _lowered(response.headers), _read(response, STORED_ZIP_BYTES + MEGABYTE)
                )
            finally:
                response.release_conn()
        if answer.status != HTTPStatus.OK:
            raise not_our_service(address.partition("?")[0], answer.status, answer.media)
        return answer

    def _send(  # noqa: PLR0913 - one for each thing that tells requests apart
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        *,
        media: str = "",
        key: str | None = None,
        most: int = JSON_BYTES,
        is_repeatable: bool = False,
        may_redirect: bool = False,
    ) -> Answer:
        headers = {"Accept-Language": self.language.value, "User-Agent": "yokoten-cli"}
        headers |= {"Authorization": f"Bearer {self.service.token}"} if self.service.token else {}
        headers |= {"Content-Type": media} if content is not None else {}
        headers |= {"Idempotency-Key": key} if key else {}
        may_repeat = is_repeatable or method in SAFE or key is not None
        with self._failures_told():
            connections = self._open()
            if not may_repeat:
                # A connection that stood idle may be closed at the other end, and this call can't be sent again.
                connections.clear()
            response = connections.request(
                method,
                f"{self.service.url}{PREFIX}{path}",
                body=content,
                headers=headers,
                retries=_retries(is_repeatable=may_repeat),
                redirect=False,
                preload_content=False,
            )
            try:
                answer = Answer(response.status, _lowered(response.headers), _read(response, most))
            finally:
                response.release_conn()
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES and not (may_redirect and answer.status in REDIRECTS):
            raise self._failure(answer)
        return answer

    @contextlib.contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except MaxRetryError as error:
            raise unreachable(self.service.url, error.reason or error) from error
        except (HTTPError, TimeoutError, OSError) as error:
            raise unreachable(self.service.url, error) from error

    def _failure(self, answer: Answer) -> CommandError:
        if answer.media == PROBLEM:
            with contextlib.suppress(ValueError):
                problem = json.loads(answer.content)
                if isinstance(problem, dict) and "title" in problem:
                    return refused(answer.status, problem, self.language)
        return not_our_service(self.service.url, answer.status, answer.media, answer.headers.get("location"))

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            content = json.loads(answer.content) if answer.media == JSON else None
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise not_our_service(self.service.url, answer.status, answer.media)
        return content

    def _open(self) -> urllib3.PoolManager:
        """Return the connections to the service."""
        if self._manager is None:
            self._manager = self._connect(self.service.url)
        return self._manager

    def _connect(self, url: str) -> urllib3.PoolManager:
        """Return connections to a host, through the proxy that the environment names."""
        address = urlsplit(url)
        proxy = None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)
        options: dict[str, Any] = {
            "timeout": urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            "ssl_context": self._trust() if address.scheme == "https" else None,
        }
        return urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)

    def _trust(self) -> ssl.SSLContext:
        """Return what certificates are judged by: the system's authorities, or those of a file."""
        try:
            return ssl.create_default_context(cafile=self.ca_bundle)
        except (OSError, ssl.SSLError) as error:
            title = Text(f"証明書のファイル「{self.ca_bundle}」を読めません。", f"“{self.ca_bundle}” can't be read.")
            remedy = Text("PEM形式の認証局の証明書を指定してください。", "Name a PEM file of certificate authorities.")
            raise CommandError(Outcome.USAGE, title, remedy, code="ca-bundle-unreadable") from error


def check_digest(data: bytes, wanted: str, found: str) -> bytes:
    """Return a bundle that is what the service said it is. Raises CommandError."""
    if wanted != found:
        raise unusable_bundle()
    return data


def _retries(*, is_repeatable: bool) -> urllib3.Retry:
    """Return how often to try: a connection that never came about always, an order only if it can't be done twice."""
    return urllib3.Retry(
        total=None,  # Each kind of failure has a budget of its own.
        connect=ATTEMPTS,
        read=ATTEMPTS if is_repeatable else 0,
        status=ATTEMPTS if is_repeatable else 0,
        other=0,
        redirect=False,
        allowed_methods=None,
        status_forcelist=WORTH_ANOTHER_TRY if is_repeatable else None,
        backoff_factor=PAUSE_SECONDS,
        retry_after_max=LONGEST_PAUSE_SECONDS,
        raise_on_status=False,
    )


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    """Return the content, unless it is larger than anything the service sends, or drips in for ever."""
    content = bytearray()
    deadline = time.monotonic() + WHOLE_ANSWER_SECONDS
    for piece in response.stream(PIECE):
        content += piece
        if len(content) > most or time.monotonic() > deadline:
            raise TimeoutError
    return bytes(content)
