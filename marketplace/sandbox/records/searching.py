"""The quick search over an app: records whose texts hold each of some words."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from marketplace.sandbox.form import Form
from marketplace.sandbox.models import Cell, Record
from marketplace.sandbox.records.cells import FOLDED_TYPES, fold
from marketplace.sandbox.rights.sight import Sight

MOST_WORDS = 5
LONGEST_WORD = 100


def search_condition(sight: Sight, text: str) -> ColumnElement[bool]:
    """Return the condition that every word stands in some text of the record, in whichever field or row.

    Width and case don't matter; an app without text fields has nothing to find. A field that the reader sees in some
    records only is looked into in these.
    """
    fields = [each.id for each in sight.form.every_field() if each.type in FOLDED_TYPES]
    words = [fold(word)[:LONGEST_WORD] for word in text.split()][:MOST_WORDS]
    return and_(true(), *(_found(sight, fields, word) for word in words if word))


def _found(sight: Sight, fields: list[int], word: str) -> ColumnElement[bool]:
    # The open fields are read in one go, those with a condition of their own one by one.
    shown = sight.reach.fields
    open_fields = [number for number in fields if number not in shown]
    partly = [number for number in fields if number in shown]
    return or_(
        Record.record_id.in_(_records_with(sight.form, open_fields, word)),
        *(and_(shown[each], Record.record_id.in_(_records_with(sight.form, [each], word))) for each in partly),
    )


def _records_with(form: Form, fields: list[int], word: str) -> Select[int]:
    return select(Cell.record_id).where(
        Cell.app_pk == form.app_pk, Cell.field_id.in_(fields), Cell.folded.contains(word, autoescape=True)
    )
