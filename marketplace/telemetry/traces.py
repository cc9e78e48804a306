"""Traces for OpenTelemetry: of requests, jobs and their statements. Nothing of it is loaded unless it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import Any, Protocol

from sqlalchemy import Engine

NEEDED = ("opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
SERVICE = "yokoten"


class TracingNotInstalledError(Exception):
    """Traces are asked for, and what makes them is not installed."""


class Traces(Protocol):
    """Makes spans."""

    def request(self, traceparent: str) -> Span:
        """Begin the span of a request, within the trace that was given, if one was."""

    def job(self, name: str) -> AbstractContextManager[object]:
        """Put a block into the span of a job."""

    def watch_statements(self, engine: Engine) -> None:
        """Make a span of each statement of an engine, without its values."""

    def flush(self) -> None:
        """Send what has not been sent; the process is about to end."""


class Span(Protocol):
    """One request."""

    def current(self) -> AbstractContextManager[object]:
        """Let spans that begin in a block belong to this one."""

    def end(self, name: str, attributes: dict[str, Any], *, is_failure: bool) -> None:
        """End it, now that it is known what it was."""


class NoTraces:
    """Makes none."""

    def request(self, traceparent: str) -> Span:  # noqa: ARG002 - the protocol's
        """Make none."""
        return NoSpan()

    def job(self, name: str) -> AbstractContextManager[object]:  # noqa: ARG002 - the protocol's
        """Make none."""
        return nullcontext()

    def watch_statements(self, engine: Engine) -> None:
        """Watch none."""

    def flush(self) -> None:
        """Send nothing."""


class NoSpan:
    """None."""

    def current(self) -> AbstractContextManager[object]:
        """Do nothing."""
        return nullcontext()

    def end(self, name: str, attributes: dict[str, Any], *, is_failure: bool) -> None:
        """Do nothing."""


NO_TRACES = NoTraces()


def open_traces(endpoint: str, role: str, version: str) -> Traces:
    """Return what sends spans of this process to an OTLP/HTTP endpoint; nothing without one.

    Raises TracingNotInstalledError.
    """
    if not endpoint:
        return NO_TRACES
    require_tracing()
    return SentTraces(endpoint, role, version)


def require_tracing() -> None:
    """Raise TracingNotInstalledError unless all that is needed is there."""
    for name in NEEDED:
        try:
            found = find_spec(name)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise TracingNotInstalledError(name)


class SentTraces:
    """Spans of this process, sent in batches by a thread."""

    def __init__(self, endpoint: str, role: str, version: str) -> None:
        """Start the thread; call it in the process that is to be traced, after it was forked."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        resource = Resource.create({"service.name": SERVICE, "service.version": version, "yokoten.role": role})
        self._provider = TracerProvider(resource=resource)
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("marketplace")

    def request(self, traceparent: str) -> Span:
        """Begin the span of a request."""
        from opentelemetry.trace import SpanKind  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        given = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
        return SentSpan(self._tracer.start_span("request", context=given, kind=SpanKind.SERVER))

    @contextmanager
    def job(self, name: str) -> Iterator[object]:
        """Put a block into the span of a job."""
        with self._tracer.start_as_current_span(f"job {name}") as span:
            yield span

    def watch_statements(self, engine: Engine) -> None:
        """Make a span of each statement."""
        from marketplace.telemetry.statement_spans import trace_statements  # noqa: PLC0415

        trace_statements(engine, self._tracer)

    def flush(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


class SentSpan:
    """One request."""

    def __init__(self, span: Any) -> None:
        """Keep the span."""
        self._span = span

    def current(self) -> AbstractContextManager[object]:
        """Let spans that begin in a block belong to this one."""
        from opentelemetry.trace import use_span  # noqa: PLC0415

        return use_span(self._span, end_on_exit=False, record_exception=False)

    def end(self, name: str, attributes: dict[str, Any], *, is_failure: bool) -> None:
        """End it."""
        from opentelemetry.trace import StatusCode  # noqa: PLC0415

        self._span.update_name(name)
        self._span.set_attributes(attributes)
        if is_failure:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()
