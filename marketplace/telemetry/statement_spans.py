"""A span for each SQL statement of what is traced: its text with placeholders, never its values.

OpenTelemetry's own instrumentation of SQLAlchemy knows versions below 2.1 only. Loaded where traces are sent.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.trace import SpanKind, StatusCode, Tracer, get_current_span
from sqlalchemy import Engine, ExceptionContext, event

SPAN = "_yokoten_span"


def trace_statements(engine: Engine, tracer: Tracer) -> None:
    """Make a span of each statement that belongs to a request or a job."""
    system = {"postgresql": "postgresql", "sqlite": "sqlite"}.get(engine.dialect.name, "other_sql")

    def begin(_connection: object, _cursor: object, statement: str, _values: object, context: Any, _many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's interface
        if context is None or not get_current_span().get_span_context().is_valid:
            return
        word = statement.split(None, 1)[0].upper() if statement.strip() else "SQL"
        attributes = {"db.system.name": system, "db.operation.name": word, "db.query.text": statement}
        setattr(context, SPAN, tracer.start_span(word, kind=SpanKind.CLIENT, attributes=attributes))

    def end(_connection: object, _cursor: object, _statement: str, _values: object, context: Any, _many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's interface
        span = getattr(context, SPAN, None)
        if span is not None:
            span.end()

    def fail(failed: ExceptionContext) -> None:
        span = getattr(failed.execution_context, SPAN, None)
        if span is not None and span.is_recording():
            span.set_status(StatusCode.ERROR, type(failed.original_exception).__name__)
            span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)
