"""The fields of an app as the checks look them up: by code, in their order, and the ones every app has."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.bundle.field_types import BUILT_IN_CODES, CATEGORY_CODE, PROCESS_CODES
from marketplace.bundle.model import AppDefinition, PartName
from marketplace.bundle.references import FieldPlace, all_fields


@dataclass(frozen=True, slots=True)
class Form:
    """One app's fields by code; of two with the same code the first counts."""

    app: AppDefinition
    fields: dict[str, FieldPlace]
    written: tuple[FieldPlace, ...]
    """All that the app itself has, a table before its columns."""
    states: tuple[str, ...] | None
    """The names of the states, or None while process management is off."""

    def find(self, code: str) -> FieldPlace | None:
        """Return a field or column by its code, or None."""
        return self.fields.get(code)

    def find_top(self, code: str) -> FieldPlace | None:
        """Return a field that is not a column, or None."""
        field = self.fields.get(code)
        return field if field and field.table is None else None

    def has_process_name(self, code: str) -> bool:
        """Tell whether a code is one that only process management brings."""
        return code in PROCESS_CODES.values()


def make_form(app: AppDefinition) -> Form:
    """Return the fields of an app, the built-in ones under their usual codes unless they are renamed."""
    fields: dict[str, FieldPlace] = {}
    written = tuple(all_fields(app))
    for field in written:
        fields.setdefault(field.code, field)
    present = {field.type for field in fields.values()}
    implied = {type_: code for type_, code in BUILT_IN_CODES.items() if type_ not in present}
    process = app.part(PartName.PROCESS) or {}
    states = tuple(process.get("states") or {}) if process.get("enable") else None
    if states is not None:
        implied |= PROCESS_CODES
    implied["CATEGORY"] = CATEGORY_CODE
    for type_, code in implied.items():
        fields.setdefault(code, FieldPlace(code, {"type": type_, "code": code, "label": code}, "/properties"))
    return Form(app, fields, written, states)
