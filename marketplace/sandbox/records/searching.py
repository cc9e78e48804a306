"""The quick search over an app: records whose texts hold each of some words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from marketplace.sandbox.form import Form
from marketplace.sandbox.models import Cell, Record
from marketplace.sandbox.records.cells import FOLDED_TYPES, fold

MOST_WORDS = 5
LONGEST_WORD = 100


def search_condition(form: Form, text: str, shown: Mapping[int, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that every word stands in some text of the record, in whichever field or row.

    `shown` tells, by the number of a field, which records show it to the caller; other fields are open. Width and case
    don't matter; an app without text fields has nothing to find.
    """
    fields = [each.id for each in form.every_field() if each.type in FOLDED_TYPES]
    words = [fold(word)[:LONGEST_WORD] for word in text.split()][:MOST_WORDS]
    return and_(true(), *(_found(form, fields, word, shown) for word in words if word))


def _found(
    form: Form, fields: Iterable[int], word: str, shown: Mapping[int, ColumnElement[bool]]
) -> ColumnElement[bool]:
    # The open fields are read in one go, those with a condition of their own one by one.
    open_fields = [number for number in fields if number not in shown]
    partly = [number for number in fields if number in shown]
    return or_(
        Record.record_id.in_(_records_with(form, open_fields, word)),
        *(and_(shown[number], Record.record_id.in_(_records_with(form, [number], word))) for number in partly),
    )


def _records_with(form: Form, fields: Iterable[int], word: str) -> Select[int]:
    return select(Cell.record_id).where(
        Cell.app_pk == form.app_pk, Cell.field_id.in_(fields), Cell.folded.contains(word, autoescape=True)
    )
