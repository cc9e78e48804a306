"""Rows as lines of JSON: each table tells its columns, then its rows follow; the last line says how many there were."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, select, union

from marketplace.backups.errors import BackupDamagedError
from marketplace.backups.files import private_file
from marketplace.backups.tables import StoredTable, sealed_places, stored_tables
from marketplace.kernel.vault import Vault, VaultError
from marketplace.storage.keeping import blob_columns

READ_AT_ONCE = 1_000
LEVEL = 5
"""Of compression: rows of text become a sixth of their size, quicker than a disk writes them."""


@dataclass(slots=True)
class Tally:
    """What was counted while rows went by."""

    tables: dict[str, int] = field(default_factory=dict)
    sealed: int = 0
    unreadable: int = 0
    """Sealed texts that none of the keys opens."""

    def count_sealed(self, places: Sequence[int], row: Sequence[Any], vault: Vault | None) -> None:
        """Try the sealed texts of a row; a mail that was sent has an empty one."""
        for place in places:
            if row[place]:
                self.sealed += 1
                self.unreadable += not _opens(vault, row[place])


@dataclass(frozen=True, slots=True)
class Section:
    """A table as the backup tells of it."""

    name: str
    columns: list[list[str]]


def write_rows(connection: Connection, path: Path, vault: Vault | None, renew: Callable[[], None]) -> Tally:
    """Write every row of a transaction's moment, a thousand in memory at a time."""
    tally = Tally()
    with private_file(path) as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=LEVEL, mtime=0) as out:
        for table in stored_tables(connection):
            out.write(_line({"table": table.name, "columns": table.described}))
            tally.tables[table.name] = 0
            sealed = sealed_places(table.described)
            rows = connection.execution_options(yield_per=READ_AT_ONCE).execute(table.select())
            for part in rows.partitions():
                renew()
                for row in part:
                    tally.count_sealed(sealed, row, vault)
                    out.write(_line(table.encode(row)))
                tally.tables[table.name] += len(part)
        out.write(_line({"end": sum(tally.tables.values())}))
    return tally


def write_digests(connection: Connection, path: Path) -> int:
    """Write the names of the blobs that the rows of a transaction's moment name, in their order; return how many."""
    columns = blob_columns(table.table for table in stored_tables(connection))
    count = 0
    with private_file(path) as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        if columns:
            named = union(*(select(column).where(column.is_not(None)) for column in columns))
            ordered = named.order_by(named.selected_columns[0])
            for (digest,) in connection.execution_options(yield_per=READ_AT_ONCE).execute(ordered):
                out.write(f"{digest}\n".encode("ascii"))
                count += 1
    return count


def read_digests(file: BinaryIO) -> Iterator[str]:
    """Return the names of the blobs, in their order."""
    with gzip.GzipFile(fileobj=file, mode="rb") as lines:
        for line in lines:
            yield line.decode("ascii").strip()


def read_rows(file: BinaryIO) -> Iterator[tuple[Section, Iterator[list[Any]]]]:
    """Return each table with its rows, which are to be read before the next table is asked for.

    Raises BackupDamagedError.
    """
    lines = _read_lines(file)
    told = next(lines, None)
    while isinstance(told, dict) and "table" in told:
        section = Section(told["table"], told["columns"])
        rest: list[Any] = []
        yield section, _rows_until(lines, rest)
        told = rest[0] if rest else None
    if not isinstance(told, dict) or "end" not in told:
        raise BackupDamagedError(what="rows")


def _rows_until(lines: Iterator[Any], rest: list[Any]) -> Iterator[list[Any]]:
    """Return the rows of one table; what comes after them is left in `rest`."""
    for line in lines:
        if isinstance(line, dict):
            rest.append(line)
            return
        yield line


def _read_lines(file: BinaryIO) -> Iterator[Any]:
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BackupDamagedError(what="rows") from error


def table_of(sections: Iterable[StoredTable], section: Section) -> StoredTable:
    """Return the table that a section belongs into. Raises BackupDamagedError."""
    for table in sections:
        if table.name == section.name and sorted(table.described) == sorted(section.columns):
            return table
    raise BackupDamagedError(what=f"table {section.name}")


def _line(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _opens(vault: Vault | None, sealed: str) -> bool:
    if vault is None:
        return False
    try:
        vault.unseal(sealed)
    except VaultError:
        return False
    return True
