"""Counts the SQL statements of what is under way."""

from __future__ import annotations

from sqlalchemy import Engine, event

from marketplace.telemetry.scope import count_statement


def count_statements(engine: Engine) -> None:
    """Count every statement of an engine from now on, where a request or a job is under way."""
    event.listen(engine, "before_cursor_execute", _count)


def _count(*_details: object) -> None:
    count_statement()
