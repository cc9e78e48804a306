"""Differences of the form's fields; renamed codes are recognised, so that an upgrade can keep their data."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.differences.attributes import compare_attributes, compare_options
from marketplace.bundle.differences.change import Act, Change, Impact, Subject, arrow
from marketplace.bundle.field_types import field_type_name, type_name_en
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.references import FieldPlace, all_fields
from marketplace.kernel.text import Text

Identity = tuple[str | None, str]
"""The table a field is in, and its code."""


def field_subject(field: FieldPlace, app: AppDefinition) -> Subject:
    """Return how sentences call a field."""
    label = field.definition.get("label") or field.code
    type_en = "lookup" if "lookup" in field.definition else type_name_en(field.type)
    table_ja, table_en = (f"テーブル「{field.table}」の", f" of table “{field.table}”") if field.table else ("", "")
    called = Text(
        f"{table_ja}項目「{label}」（{field_type_name(field.definition)}）",
        f"field “{label}”{table_en} ({type_en})",
    )
    return Subject("field", field.code, called, app)


def compare_fields(old: AppDefinition, new: AppDefinition) -> Iterator[Change]:
    """Yield the differences between the fields of two states of an app."""
    before = {(field.table, field.code): field for field in all_fields(old)}
    after = {(field.table, field.code): field for field in all_fields(new)}
    renames = find_renames(old, new)
    for identity, field in before.items():
        if identity in renames:
            renamed = after[renames[identity]]
            if renamed.code != field.code:  # a column whose table was renamed keeps its own code
                yield _renamed(field, renamed, new)
            yield from _compare_field(field, renamed, new)
        elif identity in after:
            yield from _compare_field(field, after[identity], new)
        elif (field.table is None) or ((None, field.table) in after) or ((None, field.table) in renames):
            yield field_subject(field, new).change(Impact.BREAKING, Act.REMOVED, field.definition, None)
    kept = {*before, *renames.values()}
    for identity, field in after.items():
        # The columns of a table that is itself new are told by the table.
        if identity not in kept and (field.table is None or (None, field.table) in kept):
            yield _added(field, new)


def _added(field: FieldPlace, app: AppDefinition) -> Change:
    # A record can't be saved without a required value, so those who run the older version have to act.
    demands = field.definition.get("required") and not field.definition.get("defaultValue")
    demands = demands and field.type not in {"CALC", "RADIO_BUTTON"} and not field.definition.get("defaultNowValue")
    subject = field_subject(field, app)
    if demands:
        detail = Text("必須", "required")
        return subject.change(Impact.BREAKING, Act.ADDED, None, field.definition, detail=detail)
    return subject.change(Impact.ADDITIVE, Act.ADDED, None, field.definition)


def _renamed(old: FieldPlace, new: FieldPlace, app: AppDefinition) -> Change:
    subject = field_subject(new, app)
    detail = Text(f"フィールドコード：{old.code}→{new.code}", f"field code: {old.code} → {new.code}")
    return subject.change(Impact.BREAKING, Act.RENAMED, old.code, new.code, detail=detail)


def _compare_field(old: FieldPlace, new: FieldPlace, app: AppDefinition) -> Iterator[Change]:
    subject = field_subject(new, app)
    if old.type != new.type:
        names = arrow(field_type_name(old.definition), field_type_name(new.definition))
        detail = Text(f"種類：{names.ja}", f"type: {old.type} → {new.type}")
        yield subject.change(Impact.BREAKING, Act.CHANGED, old.definition, new.definition, detail=detail)
        return
    yield from compare_attributes(subject, old.definition, new.definition)
    yield from compare_options(subject, old.definition, new.definition)


def find_renames(old: AppDefinition, new: AppDefinition) -> dict[Identity, Identity]:
    """Return which fields of the old app are fields of the new one under another code.

    A field counts as renamed when it vanished, and a new one of the same type and label appeared in the same table
    whose other attributes are the same, or which stands at the same place of the layout.
    """
    before = {(field.table, field.code): field for field in all_fields(old)}
    after = {(field.table, field.code): field for field in all_fields(new)}
    places_before, places_after = _places(old), _places(new)
    renames: dict[Identity, Identity] = {}
    fresh = {identity: field for identity, field in after.items() if identity not in before}
    for identity, field in before.items():
        if identity in after:
            continue
        table = renames.get((None, field.table), (None, field.table))[1] if field.table else None
        scored = []
        for target, other in fresh.items():
            if (other.table, other.type, other.definition["label"]) != (table, field.type, field.definition["label"]):
                continue
            same_attributes = _attributes(other.definition) == _attributes(field.definition)
            same_place = places_before.get(field.code) == places_after.get(other.code)
            scored.append((same_attributes + same_place, target))
        best = max(scored, default=(0, identity), key=lambda pair: pair[0])
        if best[0]:
            renames[identity] = best[1]
            del fresh[best[1]]
    return renames


def _attributes(definition: JsonObject) -> JsonObject:
    return {key: value for key, value in definition.items() if key not in {"code", "label"}}


def _places(app: AppDefinition) -> dict[str, int]:
    """Return at which place of the layout each field stands."""
    codes: list[str] = []
    pending = list(reversed(app.parts.get(PartName.LAYOUT, {}).get("layout", [])))
    while pending:
        row = pending.pop()
        codes += [cell["code"] for cell in (row, *row.get("fields", ())) if "code" in cell]
        pending += reversed(row.get("layout", []))
    return {code: place for place, code in enumerate(codes)}
