"""What to do with a form when somebody else saved the record meanwhile: theirs and ours, field by field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.web.apps.entry import Entry, fields_filled_in

LENGTH = 12


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes together; where they meet, what was typed stays."""

    entry: Entry
    taken: tuple[Field, ...]
    """Fields that only the other person changed: their value is in the entry now."""
    clashing: tuple[Field, ...]
    """Fields that both changed, each to something else."""


def fingerprints(form: Form, entry: Entry) -> dict[int, str]:
    """Return a short mark of what each field holds, by the number of the field."""
    return {
        each.id: _mark(entry, each)
        for each in fields_filled_in(form)
        if each.code in entry.values or each.code in entry.rows
    }


def write_fingerprints(marks: Mapping[int, str]) -> str:
    """Return the marks as a form carries them along."""
    return ".".join(f"{number}-{mark}" for number, mark in marks.items())


def read_fingerprints(text: str) -> dict[int, str]:
    """Return the marks that a form carried; parts that make no sense are passed over."""
    pairs = (part.partition("-") for part in text.split("."))
    return {
        int(number): mark for number, _, mark in pairs if number.isascii() and number.isdigit() and len(number) < LENGTH
    }


def merge(form: Form, base: Mapping[int, str], ours: Entry, theirs: Entry) -> Merged:
    """Return both changes together; `base` marks what the form showed before either."""
    values, rows = dict(ours.values), dict(ours.rows)
    taken, clashing = [], []
    our_marks, their_marks = fingerprints(form, ours), fingerprints(form, theirs)
    for each in fields_filled_in(form):
        before, our, their = base.get(each.id), our_marks.get(each.id), their_marks.get(each.id)
        if before is None or their is None or their in {before, our}:
            continue
        if our != before:
            clashing.append(each)
            continue
        taken.append(each)
        if each.type is FieldType.SUBTABLE:
            rows[each.code] = theirs.rows[each.code]
        else:
            values[each.code] = theirs.values[each.code]
    return Merged(Entry(values, rows, ours.fetched), tuple(taken), tuple(clashing))


def _mark(entry: Entry, of: Field) -> str:
    held: object = entry.values.get(of.code)
    if of.type is FieldType.SUBTABLE:
        held = [[row.id, sorted(row.values.items())] for row in entry.rows.get(of.code, ())]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:LENGTH]
