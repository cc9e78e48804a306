"""Reads the bodies of record calls: which records, under which revision, with which raw values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import (
    AT_LEAST_ONE,
    NOT_AN_INTEGER,
    REQUIRED_PARAMETER,
    InvalidInputError,
    InvalidJsonError,
    RecordNotFoundError,
)
from marketplace.sandbox.form import JsonObject
from marketplace.sandbox.records.errors import DELETE_SIZE, UPDATE_TARGET, invalid
from marketplace.sandbox.records.values import read_list, read_text

BATCH = 100
# The database counts records in 32 bits.
MAX_RECORD_ID = 2**31 - 1
_INTEGER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """One record to change: named by its number or by a unique field."""

    root: str
    record_id: int | None
    key_code: str
    key_value: str
    values: JsonObject
    revision: int | None


@dataclass(frozen=True, slots=True)
class DeleteRequest:
    """One record to delete, under a revision or whatever its revision."""

    record_id: int
    revision: int | None


def read_integer(raw: Any, key: str) -> int:
    """Return an integer given as number or text. Raises InvalidInputError under the key."""
    if raw is None or raw == "":
        raise invalid(key, REQUIRED_PARAMETER)
    text = read_text(raw) if not isinstance(raw, bool | list | dict) else ""
    if not _INTEGER.fullmatch(text):
        raise invalid(key, NOT_AN_INTEGER)
    return int(text)


def read_record_id(raw: Any, key: str) -> int:
    """Return the number of a record. Raises InvalidInputError, or RecordNotFoundError for a number none can have."""
    number = read_integer(raw, key)
    if number < 1:
        raise invalid(key, AT_LEAST_ONE)
    if number > MAX_RECORD_ID:
        raise RecordNotFoundError(id=number)
    return number


def read_revision(raw: Any, key: str) -> int | None:
    """Return the revision a caller insists on; absent and -1 mean any."""
    if raw is None:
        return None
    number = read_integer(raw, key)
    return None if number == -1 else number


def read_cells(raw: Any) -> JsonObject:
    """Return raw values by field code out of {code: {"value": …}}; null is an empty record."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise InvalidJsonError
    cells: JsonObject = {}
    for code, cell in raw.items():
        if not isinstance(cell, dict):
            raise InvalidJsonError
        cells[code] = cell.get("value")
    return cells


def read_batch(raw: Any, name: str, message: Text) -> list[Any]:
    """Return the elements of a bulk call, at most 100. Raises InvalidInputError."""
    if raw is None:
        raise invalid(name, REQUIRED_PARAMETER)
    elements = read_list(raw)
    if len(elements) > BATCH:
        raise invalid(name, message)
    return elements


def read_update(body: Any, root: str, prefix: str) -> UpdateRequest:
    """Read one element of an update; `root` names its values in messages, `prefix` its parameters."""
    if not isinstance(body, dict):
        raise InvalidJsonError
    raw_id, raw_key = body.get("id"), body.get("updateKey")
    if (raw_id is None) == (raw_key is None):
        raise InvalidInputError({f"{prefix}id": [UPDATE_TARGET], f"{prefix}updateKey": [UPDATE_TARGET]})
    code, value = ("", "") if raw_key is None else _read_key(raw_key, f"{prefix}updateKey")
    return UpdateRequest(
        root=root,
        record_id=None if raw_id is None else read_record_id(raw_id, f"{prefix}id"),
        key_code=code,
        key_value=value,
        values=read_cells(body.get("record")),
        revision=read_revision(body.get("revision"), f"{prefix}revision"),
    )


def _read_key(raw: Any, key: str) -> tuple[str, str]:
    if not isinstance(raw, dict):
        raise InvalidJsonError
    for name in ("field", "value"):
        if raw.get(name) is None or raw.get(name) == "":
            raise invalid(f"{key}.{name}", REQUIRED_PARAMETER)
    return read_text(raw["field"]), read_text(raw["value"])


def read_deletes(ids: Any, revisions: Any) -> list[DeleteRequest]:
    """Read which records to delete; revisions stand in the same order as the ids."""
    elements = read_list(ids)
    if not elements:
        # kintone reports both rules, in another order in each language.
        raise invalid(
            "ids",
            Text(REQUIRED_PARAMETER.ja, DELETE_SIZE.en),
            Text(DELETE_SIZE.ja, REQUIRED_PARAMETER.en),
        )
    if len(elements) > BATCH:
        raise invalid("ids", DELETE_SIZE)
    wanted = read_list(revisions)
    return [
        DeleteRequest(
            read_record_id(raw, f"ids[{position}]"),
            read_revision(wanted[position], f"revisions[{position}]") if position < len(wanted) else None,
        )
        for position, raw in enumerate(elements)
    ]
