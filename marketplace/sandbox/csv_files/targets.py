"""What the columns of a file are read into: fields, single options, the record number, the mark of first lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.sandbox.csv_files.columns import FIRST_LINE, MARK
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.records.update_keys import KEY_TYPES
from marketplace.sandbox.records.values import WRITABLE

NOTHING = ""
NUMBER = "$id"
SEVERAL = {FieldType.CHECK_BOX, FieldType.MULTI_SELECT}
MARK_NAMES = {FIRST_LINE, MARK, "Start of record"}


@dataclass(frozen=True, slots=True)
class Target:
    """One thing a column may be read into; `option` makes it a single option of a field with several."""

    name: str
    field: Field | None = None
    option: str = ""

    @property
    def label(self) -> str:
        """The heading that this project and kintone write for it."""
        if self.field is None:
            return self.name
        return f"{self.field.label}[{self.option}]" if self.option else self.field.label


def targets_of(form: Form) -> dict[str, Target]:
    """Return what columns may be read into, by name; what the server alone decides and files can't be imported."""
    copied = {code for each in form.every_field() if each.lookup is not None for code in each.lookup.targets}
    targets = {MARK: Target(MARK), NUMBER: Target(NUMBER, form.of_type(FieldType.RECORD_NUMBER))}
    for each in form.every_field():
        if each.type not in WRITABLE - {FieldType.FILE} or each.is_computed or each.code in copied:
            continue
        targets[each.code] = Target(each.code, each)
        if each.type in SEVERAL:
            for option in each.options:
                name = f"{each.code}[{option}]"
                targets[name] = Target(name, each, option)
    return targets


def key_targets(form: Form) -> list[Target]:
    """Return what may tell which record a line is about: the record number, and fields that allow no duplicates."""
    unique = [each for each in form.fields.values() if each.is_unique and each.type in KEY_TYPES]
    known = targets_of(form)
    return [known[NUMBER], *(known[each.code] for each in unique if each.code in known)]


def guess_targets(form: Form, header: Sequence[str]) -> list[str]:
    """Return the likely target of each column, by code or label; each target is given once."""
    by_name: dict[str, str] = {}
    for target in targets_of(form).values():
        for name in (target.name, target.label):
            by_name.setdefault(_plain(name), target.name)
    by_name |= {_plain(name): MARK for name in MARK_NAMES}
    guessed: list[str] = []
    for name in header:
        found = by_name.get(_plain(name), NOTHING)
        guessed.append(found if found not in guessed else NOTHING)
    return guessed


def guess_key(form: Form, targets: Sequence[str]) -> str:
    """Return the likely key: the first that a column is read into, the record number before others."""
    return next((key.name for key in key_targets(form) if key.name in targets), NOTHING)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
