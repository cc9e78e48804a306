"""Watches every request from outside the application: its reference, its line in the log, its figures.

It stands before anything else that answers, a cache for one; what the application knows of a request, the rule and the
kind of caller, the application writes into the `Visit` that goes with it.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from flask import g, request

from marketplace.kernel.actor import ActorKind
from marketplace.kernel.ids import new_id
from marketplace.kernel.proxies import TrustedProxies
from marketplace.telemetry.measures import NO_MEASURES, Measures, SeenRequest
from marketplace.telemetry.scope import Scope, current_scope, within
from marketplace.telemetry.traces import NO_TRACES, NoSpan, Span, Traces

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from marketplace.edge.app import MarketplaceApp

VISIT_KEY = "yokoten.visit"
"""WSGI environment key of what is noted of a request."""
OWN_CALL_KEY = "yokoten.site_owner"
"""Set in calls that the service makes inside its own process (kintone_api/door.py)."""
REFERENCE_HEADER = "X-Request-Id"
NO_ROUTE = "(none)"
"""Of addresses that lead nowhere, and answers given before one was looked up."""
QUIET = frozenset({"static", "health"})
FACES = {"api_v1": "api", "kintone_api": "kintone"}
_REFERENCE = re.compile(r"[0-9A-Za-z-]{8,64}")

log = logging.getLogger("marketplace.requests")


@dataclass(slots=True)
class Visit:
    """One request, as the log will tell it."""

    reference: str
    method: str
    is_own: bool
    """Whether the service itself calls, inside its process."""
    route: str = NO_ROUTE
    face: str = "page"
    caller: str = "stranger"
    status: int = 0
    began: float = field(default_factory=time.monotonic)
    scope: Scope = field(default_factory=Scope)
    span: Span = field(default_factory=NoSpan)
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """Where what is seen goes, and whose word about a trace is believed."""

    measures: Measures = NO_MEASURES
    traces: Traces = NO_TRACES
    proxies: TrustedProxies = field(default_factory=TrustedProxies)


def register_observation(app: MarketplaceApp, watch: Watch) -> None:
    """Watch every request of an application; call it last, when nothing more will be put before the application."""
    app.before_request(_note_route)
    app.teardown_request(_note_caller)
    app.wsgi_app = Observer(app.wsgi_app, watch)  # type: ignore[method-assign]


class Observer:
    """WSGI in front of the application."""

    def __init__(self, inner: WSGIApplication, watch: Watch) -> None:
        """Keep what answers."""
        self.inner = inner
        self._watch = watch

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Have the request answered, and tell of it when the last byte has been handed over."""
        visit = _visit_of(environ)
        environ[VISIT_KEY] = visit
        if not visit.is_own:
            self._watch.measures.request_began()
            is_believed = self._watch.proxies.holds(environ.get("REMOTE_ADDR", ""))
            visit.span = self._watch.traces.request(environ.get("HTTP_TRACEPARENT", "") if is_believed else "")

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            visit.status = int(status[:3])
            if REFERENCE_HEADER not in dict(headers):
                headers.append((REFERENCE_HEADER, visit.reference))
            return start_response(status, headers, exc_info)

        try:
            with within(visit.scope), visit.span.current():
                content: Iterable[bytes] = self.inner(environ, cast("StartResponse", start))
        except BaseException:
            visit.status = 500
            self.tell(visit)
            raise
        if _is_file(content, environ):
            self.tell(visit)  # The server sends the file by itself, and has to see that it is one.
            return content
        return Told(content, visit, self.tell)

    def tell(self, visit: Visit) -> None:
        """Write the line and count the request, once."""
        if visit.is_told:
            return
        visit.is_told = True
        seconds = time.monotonic() - visit.began
        level = logging.DEBUG if visit.face in QUIET or visit.is_own else logging.INFO
        if log.isEnabledFor(level):
            told = {
                "method": visit.method,
                "route": visit.route,
                "status": visit.status,
                "duration_ms": round(seconds * 1000, 1),
                "statements": visit.scope.statements,
                "caller": visit.caller,
            }
            with within(visit.scope):
                log.log(level, "request", extra=told)
        if visit.is_own:
            return
        seen = SeenRequest(visit.route, visit.face, visit.method, visit.status, seconds, visit.scope.statements)
        self._watch.measures.request_ended(seen)
        if not isinstance(visit.span, NoSpan):
            _end_span(visit, seen)


def _end_span(visit: Visit, seen: SeenRequest) -> None:
    """End the span of a request, under the names that OpenTelemetry has; addresses are left out as in the log."""
    attributes = {
        "http.request.method": seen.counted_method,
        "http.route": seen.route,
        "http.response.status_code": seen.status,
        "yokoten.request_id": visit.reference,
        "yokoten.caller": visit.caller,
    }
    is_failure = seen.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    visit.span.end(f"{seen.counted_method} {seen.route}", attributes, is_failure=is_failure)


class Told:
    """The content of an answer, followed to its end."""

    def __init__(self, content: Iterable[bytes], visit: Visit, tell: Callable[[Visit], None]) -> None:
        """Keep the content."""
        self._content = content
        self._parts: Iterator[bytes] = iter(content)
        self._visit = visit
        self._tell = tell

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next part; statements that it costs are the request's."""
        with within(self._visit.scope), self._visit.span.current():
            return next(self._parts)

    def close(self) -> None:
        """Let go of the content and tell of the request."""
        try:
            close = getattr(self._content, "close", None)
            if close is not None:
                with within(self._visit.scope):
                    close()
        finally:
            self._tell(self._visit)


def _is_file(content: Iterable[bytes], environ: WSGIEnvironment) -> bool:
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(content, wrapper)


def current_reference() -> str:
    """Return the reference of the request under way; without an observer, in tests of parts, one is made."""
    visit: Visit | None = request.environ.get(VISIT_KEY)
    return visit.reference if visit else new_id()


def _visit_of(environ: WSGIEnvironment) -> Visit:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    reference = given if _REFERENCE.fullmatch(given) else new_id()
    visit = Visit(reference, environ.get("REQUEST_METHOD", ""), is_own=environ.get(OWN_CALL_KEY) == "1")
    under_way = current_scope()
    if visit.is_own and under_way is not None:
        visit.scope = under_way  # A call that a job makes within the process is part of the job.
    else:
        visit.scope.fields["request_id"] = reference
    return visit


def _note_route() -> None:
    """Note the rule of the address: what stands for it in the log holds no id, no secret, no question."""
    visit: Visit | None = request.environ.get(VISIT_KEY)
    if visit is None or request.url_rule is None:
        return
    visit.route = request.url_rule.rule
    if request.endpoint == "static":
        visit.face = "static"
    elif request.blueprint is None:
        visit.face = "health"
    else:
        visit.face = FACES.get(request.blueprint, "page")


def _note_caller(_error: BaseException | None) -> None:
    visit: Visit | None = request.environ.get(VISIT_KEY)
    if visit is not None:
        visit.caller = _kind_of_caller(visit)


def _kind_of_caller(visit: Visit) -> str:
    actor = g.get("actor")
    if visit.is_own:
        return "service"
    if actor is None or actor.kind is ActorKind.ANONYMOUS:
        return "stranger"
    if actor.kind is ActorKind.PERSON:
        return "session"
    return "kintone" if visit.face == "kintone" else "token"
