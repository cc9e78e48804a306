"""How many bytes of files the records of apps hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.sandbox.models import Cell, Record, StoredFile

Properties = Mapping[str, dict[str, Any]]
_BATCH = 500


def bytes_of_files(session: Session, site_id: str, forms: Mapping[int, Properties]) -> dict[int, int]:
    """Return the size of the attached files by app."""
    return dict(_sum(session, site_id, owners_of_files(session, forms)))


def owners_of_files(session: Session, forms: Mapping[int, Properties]) -> dict[str, int]:
    """Return the keys of the files in the records of apps, each with its app; only records that hold files are read."""
    places = {app_pk: _file_fields(properties) for app_pk, properties in forms.items()}
    holding = [
        and_(Cell.app_pk == app_pk, Cell.field_id.in_([field for _, field in fields]))
        for app_pk, fields in places.items()
        if fields
    ]
    if not holding:
        return {}
    records = select(Cell.app_pk, Cell.record_id).where(or_(*holding)).distinct().subquery()
    statement = select(Record.app_pk, Record.values).join(
        records, and_(records.c.app_pk == Record.app_pk, records.c.record_id == Record.record_id)
    )
    return {
        key: app_pk
        for app_pk, values in session.execute(statement.execution_options(yield_per=_BATCH))
        for key in _keys(values, places[app_pk])
    }


def _sum(session: Session, site_id: str, owners: Mapping[str, int]) -> Counter[int]:
    total: Counter[int] = Counter()
    keys = list(owners)
    for start in range(0, len(keys), _BATCH):
        sizes = session.execute(
            select(StoredFile.key, StoredFile.size).where(
                StoredFile.site_id == site_id, StoredFile.key.in_(keys[start : start + _BATCH])
            )
        )
        for key, size in sizes:
            total[owners[key]] += size
    return total


def _file_fields(properties: Properties) -> list[tuple[int | None, int]]:
    """Return the numbers of the fields that hold files, each with that of its table."""
    found: list[tuple[int | None, int]] = []
    for each in properties.values():
        if each["type"] == "FILE":
            found.append((None, each["$id"]))
        found += [
            (each["$id"], column["$id"]) for column in each.get("fields", {}).values() if column["type"] == "FILE"
        ]
    return found


def _keys(values: dict[str, Any], places: list[tuple[int | None, int]]) -> Iterator[str]:
    for table, field in places:
        rows = [values] if table is None else [row["value"] for row in values.get(str(table)) or []]
        for row in rows:
            yield from row.get(str(field)) or []
