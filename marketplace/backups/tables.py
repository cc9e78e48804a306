"""The tables of a database as they are there, of whatever version, and what their columns hold in plain values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BindParameter, Column, ColumnElement, Connection, MetaData, Table, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from marketplace.db.types import UtcDateTime
from marketplace.db.unfinished import MARK

LEFT_OUT = frozenset(
    {
        "alembic_version",
        "blob_holds",
        "command_outcomes",
        "index_state",
        "public_state",
        "schema_reach",
        "search_snapshots",
        "sign_in_sessions",
        "worker_beats",
        MARK.name,
    }
)
"""Told by the manifest, of the moment, or made anew; who was signed in then must not be so again."""
INDEX_PREFIX = "search_index"
"""Each database keeps the index its own way; it is made anew from the texts."""
SEALED_PREFIX = "sealed"
"""What begins the name of a text column whose values are sealed with the keys of the vault."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    REAL = "real"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    JSON = "json"
    BYTES = "bytes"


_TYPES: Sequence[tuple[type[Any], Kind]] = (
    (sa.Boolean, Kind.BOOLEAN),
    (sa.JSON, Kind.JSON),
    (sa.DateTime, Kind.MOMENT),
    (sa.LargeBinary, Kind.BYTES),
    (sa.Integer, Kind.NUMBER),
    (sa.Float, Kind.REAL),
    (sa.String, Kind.TEXT),
)
_STORED: dict[Kind, Any] = {
    Kind.TEXT: sa.String(),
    Kind.NUMBER: sa.BigInteger(),
    Kind.REAL: sa.Double(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.MOMENT: UtcDateTime(),
    Kind.JSON: sa.Text(),
    Kind.BYTES: sa.LargeBinary(),
}
"""A document is carried as its text: what SQL has for nothing and what JSON has for it stay two things."""


class DocumentAsText(TypeDecorator[str]):
    """A document for PostgreSQL, given as its text."""

    impl = sa.Text
    cache_ok = True

    def bind_expression(self, bindparam: BindParameter[Any]) -> ColumnElement[Any]:
        """Let the server read the text."""
        return sa.cast(sa.type_coerce(bindparam, sa.Text), JSONB)


@dataclass(frozen=True, slots=True)
class StoredTable:
    """One table: its columns in order, and what each holds."""

    table: Table
    kinds: tuple[Kind, ...]

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def described(self) -> list[list[str]]:
        """The names and kinds of the columns, as a backup tells them."""
        return [[column.name, kind.value] for column, kind in zip(self.table.columns, self.kinds, strict=True)]

    def select(self) -> sa.Select[Any]:
        """Return what reads every row, in the order of the keys."""
        chosen = [_read(column, kind) for column, kind in zip(self.table.columns, self.kinds, strict=True)]
        return sa.select(*chosen).order_by(*self.table.primary_key.columns)

    def insert(self, dialect: str) -> sa.Insert:
        """Return what writes rows, given by the names of the columns."""
        documents = DocumentAsText() if dialect == "postgresql" else _STORED[Kind.JSON]
        stored = {**_STORED, Kind.JSON: documents}
        columns = [sa.column(name, stored[Kind(kind)]) for name, kind in self.described]
        return sa.insert(sa.table(self.name, *columns))

    def encode(self, row: Sequence[Any]) -> list[Any]:
        """Return the values of a row as JSON can hold them."""
        return [
            None if value is None else _ENCODE.get(kind, _same)(value)
            for kind, value in zip(self.kinds, row, strict=True)
        ]

    def decode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a row, given by the names of its columns, as the database takes them.

        Raises ValueError.
        """
        return {
            name: None if values[name] is None else _DECODE.get(Kind(kind), _same)(values[name])
            for name, kind in self.described
        }


def stored_tables(connection: Connection) -> list[StoredTable]:
    """Return the tables that a backup holds, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: is_kept(name), resolve_fks=False)
    return [_stored(table) for table in metadata.sorted_tables]


def sealed_places(described: Sequence[Sequence[str]]) -> list[int]:
    """Return which of some columns, told by name and kind, hold sealed texts."""
    return [
        place for place, (name, kind) in enumerate(described) if kind == Kind.TEXT and name.startswith(SEALED_PREFIX)
    ]


def is_kept(name: str) -> bool:
    """Tell whether the rows of a table belong into a backup."""
    return name not in LEFT_OUT and not name.startswith(INDEX_PREFIX)


def _stored(table: Table) -> StoredTable:
    return StoredTable(table, tuple(_kind_of(column) for column in table.columns))


def _kind_of(column: Column[Any]) -> Kind:
    for kind_of_type, kind in _TYPES:
        if isinstance(column.type, kind_of_type):
            return kind
    raise TypeError(f"{column.table.name}.{column.name}: backups do not know {column.type!r}")


def _read(column: Column[Any], kind: Kind) -> ColumnElement[Any]:
    if kind is Kind.JSON and isinstance(column.type, JSONB):
        return sa.cast(column, sa.Text)
    return sa.type_coerce(column, _STORED[kind])


def _same(value: Any) -> Any:
    return value


def _bytes_as_text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


_ENCODE: dict[Kind, Callable[[Any], Any]] = {Kind.MOMENT: datetime.isoformat, Kind.BYTES: _bytes_as_text}
_DECODE: dict[Kind, Callable[[Any], Any]] = {Kind.MOMENT: datetime.fromisoformat, Kind.BYTES: base64.b64decode}
