"""Checks of sample records: each value must be one kintone takes for its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.bundle.checks.form import Form
from marketplace.bundle.checks.place import Place, place_of
from marketplace.bundle.checks.values import Value, check_value
from marketplace.bundle.field_types import BUILT_IN_TYPES
from marketplace.bundle.model import Finding, JsonObject, PartName
from marketplace.bundle.references import FieldPlace
from marketplace.kernel.text import Text

STATUS_KEY = "$status"
WITHOUT_VALUE = frozenset({"GROUP", "REFERENCE_TABLE"})
NEVER_REQUIRED = frozenset({"CALC", "RADIO_BUTTON", "SUBTABLE", *WITHOUT_VALUE, *BUILT_IN_TYPES})


def check_records(form: Form, forms: Mapping[str, Form]) -> Iterator[Finding]:
    """Yield what is wrong with the sample records of an app."""
    records = (form.app.part(PartName.RECORDS) or {}).get("records", [])
    place = place_of(form.app, PartName.RECORDS, "/records")
    copied = {
        mapping["field"]
        for field in form.written
        for mapping in field.definition.get("lookup", {}).get("fieldMappings", ())
    }
    checker = _Checker(form, copied)
    for index, record in enumerate(records):
        yield from checker.check_record(record, form.app.fields, place.at(index))
        yield from _check_status(record, form, place.at(index, STATUS_KEY))
    yield from _check_unique(form, records, place)
    yield from _check_lookup_keys(form, forms, records, place)


class _Checker:
    """Checks records and rows of one form; knows which fields are filled by the server."""

    def __init__(self, form: Form, copied: set[str]) -> None:
        self.form = form
        self.copied = copied

    def check_record(self, record: JsonObject, fields: Mapping[str, JsonObject], place: Place) -> Iterator[Finding]:
        """Yield findings for one record, or one row of a table."""
        for code, cell in record.items():
            definition = fields.get(code)
            if code == STATUS_KEY:
                continue
            if definition is None:
                yield _unknown(code, place.at(code))
            elif self._is_computed(code, definition):
                yield _computed(code, place.at(code))
            else:
                yield from self._check_cell(code, definition, cell.get("value"), place.at(code, "value"))
        for code, definition in fields.items():
            if self._is_missing(definition, record.get(code)):
                yield place.at(code).error(
                    "record-required",
                    Text(f"必須の項目「{code}」に値がありません。", f"The required field “{code}” has no value."),
                    Text("値を入れてください。", "Give it a value."),
                )

    def _is_computed(self, code: str, definition: JsonObject) -> bool:
        is_built_in = definition["type"] in BUILT_IN_TYPES
        return is_built_in or definition["type"] == "CALC" or bool(definition.get("expression")) or code in self.copied

    def _is_missing(self, definition: JsonObject, cell: JsonObject | None) -> bool:
        code = definition["code"]
        if (
            not definition.get("required")
            or definition["type"] in NEVER_REQUIRED
            or self._is_computed(code, definition)
        ):
            return False
        if cell is None:
            return not (definition.get("defaultValue") or definition.get("defaultNowValue"))
        return cell.get("value") in (None, "", [])

    def _check_cell(self, code: str, definition: JsonObject, value: Any, place: Place) -> Iterator[Finding]:
        field = FieldPlace(code, definition, "")
        if definition["type"] in WITHOUT_VALUE:
            yield _unknown(code, place)
        elif definition["type"] == "SUBTABLE":
            yield from self._check_rows(field, value, place)
        elif value not in (None, ""):
            yield from check_value(Value(field, value, self.form, place))

    def _check_rows(self, table: FieldPlace, rows: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "value" in row for row in rows):
            yield place.error(
                "record-table",
                Text(
                    f"テーブル「{table.code}」の値の形が違います。", f"The rows of “{table.code}” have the wrong shape."
                ),
                Text(
                    '[{"value": {"列": {"value": "…"}}}] の形で書いてください。',
                    'Write them as [{"value": {"column": {"value": "…"}}}].',
                ),
            )
            return
        for index, row in enumerate(rows):
            yield from self.check_record(row["value"], table.definition["fields"], place.at(index, "value"))


def _unknown(code: str, place: Place) -> Finding:
    return place.error(
        "record-field-unknown",
        Text(f"値を入れられる項目「{code}」がありません。", f"There is no field “{code}” that takes a value."),
        Text("フィールドコードを確かめるか、取り除いてください。", "Check the field code, or remove it."),
    )


def _computed(code: str, place: Place) -> Finding:
    return place.warning(
        "record-computed",
        Text(
            f"「{code}」の値は自動で入るので、無視されます。",
            f"“{code}” is filled in by kintone; the value is ignored.",
        ),
        Text("サンプルレコードから取り除いてください。", "Leave it out of the sample records."),
    )


def _check_status(record: JsonObject, form: Form, place: Place) -> Iterator[Finding]:
    if STATUS_KEY in record and record[STATUS_KEY]["value"] not in (form.states or ()):
        name = record[STATUS_KEY]["value"]
        yield place.error(
            "record-status-unknown",
            Text(f"ステータス「{name}」がありません。", f"There is no state “{name}”."),
            Text("process.jsonのstatesにある名前にしてください。", "Use a state of process.json."),
        )


def _check_unique(form: Form, records: list[JsonObject], place: Place) -> Iterator[Finding]:
    for code, definition in form.app.fields.items():
        if not definition.get("unique"):
            continue
        seen: set[str] = set()
        for index, record in enumerate(records):
            value = record.get(code, {}).get("value")
            if not isinstance(value, str | int | float) or value == "":
                continue
            if str(value) in seen:
                yield place.at(index, code, "value").error(
                    "record-duplicate",
                    Text(
                        f"「{code}」の値「{str(value)[:50]}」がほかのサンプルレコードと重複しています。",
                        f"“{str(value)[:50]}” in “{code}” appears in another sample record too.",
                    ),
                    Text("重ならない値にしてください。", "Use a value of its own."),
                )
            seen.add(str(value))


def _check_lookup_keys(
    form: Form, forms: Mapping[str, Form], records: list[JsonObject], place: Place
) -> Iterator[Finding]:
    """Yield keys of lookups that the samples of the other app do not hold: the install could not add the record."""
    for code, definition in form.app.fields.items():
        source = forms.get(definition.get("lookup", {}).get("relatedApp", {}).get("app", ""))
        if source is None:
            continue
        known = _offered_keys(source, definition["lookup"]["relatedKeyField"])
        for index, record in enumerate(records):
            value = record.get(code, {}).get("value")
            if isinstance(value, str) and value and value not in known:
                yield place.at(index, code, "value").error(
                    "record-lookup-missing",
                    Text(
                        f"ルックアップ「{code}」の値「{value[:50]}」が、参照先のサンプルレコードにありません。",
                        f"No sample record of the other app has “{value[:50]}” for the lookup “{code}”.",
                    ),
                    Text(
                        "参照先のアプリのサンプルレコードに加えてください。",
                        "Add it to the other app's sample records.",
                    ),
                )


def _offered_keys(source: Form, key: str) -> set[str]:
    records = (source.app.part(PartName.RECORDS) or {}).get("records", [])
    field = source.find(key)
    if field is not None and field.type == "RECORD_NUMBER":
        return {str(number) for number in range(1, len(records) + 1)}
    return {str(record[key].get("value")) for record in records if key in record}
