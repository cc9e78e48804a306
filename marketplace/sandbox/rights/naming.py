"""Whether a field of a record names the caller: as a condition of a statement, and of a record at hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from marketplace.sandbox.caller import EVERYONE, Caller
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.models import Cell, Record
from marketplace.sandbox.records.cells import text_key
from marketplace.sandbox.records.content import Content
from marketplace.sandbox.rights.holders import Holder

if TYPE_CHECKING:
    from collections.abc import Sequence

OWN_COLUMNS = {FieldType.CREATOR: Record.creator, FieldType.MODIFIER: Record.modifier}


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a record decides whom its fields name."""

    creator: str
    modifier: str
    assignees: Sequence[str]
    content: Content


def facts_of(record: Record, content: Content) -> Facts:
    """Return the facts of a stored record."""
    return Facts(record.creator, record.modifier, record.assignees, content)


def caller_named(form: Form, holder: Holder, caller: Caller) -> ColumnElement[bool] | None:
    """Return the condition that a record names the caller in the holder's field; None if no record can."""
    field = form.find(holder.code)
    if field is None:
        return None
    if field.type in OWN_COLUMNS:
        return OWN_COLUMNS[field.type] == caller.code
    wanted = _codes(field, holder, caller)
    if not wanted:
        return None
    naming = select(Cell.record_id).where(
        Cell.app_pk == form.app_pk, Cell.field_id == field.id, Cell.text.in_({text_key(code) for code in wanted})
    )
    return Record.record_id.in_(naming)


def names_caller(form: Form, holder: Holder, caller: Caller, facts: Facts) -> bool:
    """Tell whether a record names the caller in the holder's field."""
    field = form.find(holder.code)
    if field is None:
        return False
    if field.type in OWN_COLUMNS:
        return caller.code == (facts.creator if field.type is FieldType.CREATOR else facts.modifier)
    wanted = _codes(field, holder, caller)
    if field.type is FieldType.STATUS_ASSIGNEE:
        return any(code in wanted for code in facts.assignees)
    return any(code in wanted for _, value in facts.content.cells_of(form, field) for code in value or ())


def _codes(field: Field, holder: Holder, caller: Caller) -> Collection[str]:
    """Return the codes that mean the caller in a field of its type."""
    standing = caller.standing
    match field.type:
        case FieldType.USER_SELECT | FieldType.STATUS_ASSIGNEE:
            return {caller.code}
        case FieldType.GROUP_SELECT:
            return standing.groups | {EVERYONE}
        case FieldType.ORGANIZATION_SELECT:
            return standing.with_above if holder.include_subs else standing.organizations
        case _:
            return frozenset()
