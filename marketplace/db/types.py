"""Column types that read and write the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document; JSONB on PostgreSQL. Replace the whole value: changes inside are not seen."""

NO_BLOB: Final = {"names_blob": False}
"""Marks a column called `digest` that tells contents apart without naming a blob (storage/keeping.py)."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, always with its time zone; SQLite alone would hand it back without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's interface
        """Refuse a moment without a time zone and store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "A moment needs its time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's interface
        """Give the moment its time zone back."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
