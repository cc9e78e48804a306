"""What the application answered to a request, before anything of it is sent: to be kept, or passed on as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags, parse_set_header, unquote_etag

from marketplace.edge.blobs import STORED
from marketplace.edge.cache_control import caches_are_told
from marketplace.edge.kept_answers import Answer, headers_to_keep, headers_unchanged
from marketplace.edge.observing import REFERENCE_HEADER, VISIT_KEY, Visit
from marketplace.edge.tally import NOTED, Noted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KNOWN_VARY = frozenset({"accept-language", "accept-encoding", "cookie", "authorization"})
OF_ONE_REQUEST = frozenset({"Date", REFERENCE_HEADER, "Server-Timing", "RateLimit"})
NOT_MODIFIED = "304 NOT MODIFIED"


class Made:
    """What the application answered, before anything of it is sent."""

    def __init__(self, inner: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Ask the application."""
        self._line, self.headers = "", Headers()
        self._environ = environ
        self._began, self._used = time.monotonic(), time.thread_time()
        self._parts = inner(environ, self._start)
        self.status = int(self._line[:3])
        self.noted: Noted = environ[NOTED]

    def answer(self, revision: str, largest: int) -> Answer | None:
        """Return the answer in a form to be kept, or None if it must not or can't be: what is no file is read whole."""
        size = self.headers.get("Content-Length", type=int)
        stored: str | None = self._environ.get(STORED)
        if not self._may_be_kept() or size is None or (stored is None and size > largest):
            return None
        content = b"" if stored is not None else self._read()
        headers = headers_to_keep([each for each in self.headers if each[0] not in OF_ONE_REQUEST])
        visit: Visit = self._environ.get(VISIT_KEY) or Visit("", "", is_own=False)
        return Answer(
            revision,
            made_at=self._began,
            seconds=time.thread_time() - self._used,
            etag=self.headers["ETag"],
            headers=headers,
            unchanged=headers_to_keep(headers_unchanged(headers)),
            content=content,
            route=visit.route,
            face=visit.face,
            noted=self.noted,
            stored=stored,
        )

    def pass_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send what is not kept, or nothing of it if the caller has it already."""
        etag = unquote_etag(self.headers.get("ETag"))[0]
        known = parse_etags(environ.get("HTTP_IF_NONE_MATCH"))
        if self.status == HTTPStatus.OK and etag is not None and known.contains_weak(etag):
            self.close()
            start_response(NOT_MODIFIED, headers_unchanged(list(self.headers)))
            return []
        start_response(self._line, list(self.headers))
        if environ["REQUEST_METHOD"] == "HEAD":
            self.close()
            return []
        return self._parts

    def _read(self) -> bytes:
        try:
            return b"".join(self._parts)
        finally:
            self.close()

    def close(self) -> None:
        """End the answer."""
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()

    def _may_be_kept(self) -> bool:
        return (
            self.status == HTTPStatus.OK
            and caches_are_told("public", self.headers)
            and "Set-Cookie" not in self.headers
            and "ETag" in self.headers
            and _varies_as_known(self.headers.get("Vary"))
        )

    def _start(self, line: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        self._line, self.headers = line, Headers(headers)
        return _refuse_to_write


def _refuse_to_write(_part: bytes) -> None:
    raise NotImplementedError


@lru_cache(maxsize=64)
def _varies_as_known(vary: str | None) -> bool:
    return KNOWN_VARY.issuperset(name.lower() for name in parse_set_header(vary))
