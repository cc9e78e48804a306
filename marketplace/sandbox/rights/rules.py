"""The rights on records and fields of an app, as its settings write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from marketplace.sandbox.rights.holders import Holder, in_priority, read_holder


class Act(StrEnum):
    """What somebody does with a single record."""

    VIEW = "view"
    EDIT = "edit"
    DELETE = "delete"


class Access(IntEnum):
    """What somebody may do with a field, from nothing to everything."""

    NONE = 0
    READ = 1
    WRITE = 2


FLAGS = {Act.VIEW: "viewable", Act.EDIT: "editable", Act.DELETE: "deletable"}


@dataclass(frozen=True, slots=True)
class RecordRight:
    """Who may do what with the records that meet a condition; without a condition, with all."""

    condition: str
    holders: tuple[tuple[Holder, frozenset[Act]], ...]


@dataclass(frozen=True, slots=True)
class FieldRight:
    """Who may do what with a field."""

    code: str
    holders: tuple[tuple[Holder, Access], ...]


def read_record_rights(document: Mapping[str, Any]) -> tuple[RecordRight, ...]:
    """Return the rights on records by priority."""
    return tuple(
        RecordRight(
            str(right.get("filterCond") or ""),
            in_priority((read_holder(each), _acts(each)) for each in right["entities"]),
        )
        for right in document.get("rights") or ()
    )


def read_field_rights(document: Mapping[str, Any]) -> tuple[FieldRight, ...]:
    """Return the rights on fields; a field without one is open to everybody."""
    return tuple(
        FieldRight(
            str(right["code"]),
            in_priority((read_holder(each), Access[str(each["accessibility"])]) for each in right["entities"]),
        )
        for right in document.get("rights") or ()
    )


def _acts(document: Mapping[str, Any]) -> frozenset[Act]:
    """Return what is granted; whoever may not see a record can do nothing with it."""
    granted = frozenset(act for act, flag in FLAGS.items() if document.get(flag) in {True, "true"})
    return granted if Act.VIEW in granted else frozenset()
