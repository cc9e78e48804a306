"""The published schemas, and what people are told when a file departs from one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from marketplace.bundle.field_types import TYPE_NAMES
from marketplace.bundle.model import PartName
from marketplace.bundle.schemas import check_schema, schema_of
from tests.bundle.factories import make_field, make_manifest, make_options, make_simple_app

NAMES = ["template", "common", *(part.value for part in PartName)]


@pytest.mark.parametrize("name", NAMES)
def test_every_part_has_a_valid_published_schema(name):
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{name}.schema.json")


def found(path: str, value: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in check_schema(path, value)]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"slug": None}, "schema-required", ""),
        ({"slug": "Has_Capitals"}, "schema-pattern", "/slug"),
        ({"slug": "a" * 65}, "schema-too-long", "/slug"),
        ({"version": "1.0"}, "schema-pattern", "/version"),
        ({"version": "01.0.0"}, "schema-pattern", "/version"),
        ({"format": 2}, "schema-choice", "/format"),
        ({"category": "misc"}, "schema-choice", "/category"),
        ({"name": "補助金"}, "schema-type", "/name"),
        ({"name": {"en": "x"}}, "schema-required", "/name"),
        ({"summary": {"ja": ""}}, "schema-too-short", "/summary/ja"),
        ({"apps": []}, "schema-too-few", "/apps"),
        ({"apps": [{"key": "a"}, {"key": "a"}]}, "schema-repeated", "/apps"),
        ({"apps": [{"key": f"a{number}"} for number in range(31)]}, "schema-too-many", "/apps"),
        ({"unknown": 1}, "schema-unknown-key", ""),
        ({"hours_saved": {"per_year": -1}}, "schema-range", "/hours_saved/per_year"),
        ({"icon": "../x.svg"}, "schema-pattern", "/icon"),
        (
            {"placeholders": [{"key": "a", "kind": "ROLE", "label": {"ja": "a"}}]},
            "schema-choice",
            "/placeholders/0/kind",
        ),
    ],
)
def test_a_manifest_that_departs_from_the_format_is_told_where(changes, code, pointer):
    assert found("template.json", make_manifest("request", **changes)) == [(code, pointer)]


@pytest.mark.parametrize("version", ["1.0.0", "0.1.0-beta.1", "2.10.3+build.5"])
def test_semantic_versions_are_accepted(version):
    assert found("template.json", make_manifest("request", version=version)) == []


MINIMAL: dict[str, dict] = {
    "CALC": {"expression": "1"},
    **{name: {"options": make_options("a")} for name in ("RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT", "DROP_DOWN")},
    "SUBTABLE": {"fields": {"b": make_field("NUMBER", "b")}},
    "REFERENCE_TABLE": {
        "referenceTable": {
            "relatedApp": {"app": "x"},
            "condition": {"field": "a", "relatedField": "b"},
            "displayFields": ["b"],
        },
    },
}
NOT_IN_FIELDS = {"STATUS", "STATUS_ASSIGNEE", "CATEGORY", "LABEL", "SPACER", "HR"}


@pytest.mark.parametrize("type_", sorted(TYPE_NAMES))
def test_each_type_of_field_stands_where_kintone_has_it(type_):
    field = make_field(type_, "a", **MINIMAL.get(type_, {}))
    problems = found("apps/x/fields.json", {"properties": {"a": field}})
    assert problems == ([("schema-choice", "/properties/a/type")] if type_ in NOT_IN_FIELDS else [])


@pytest.mark.parametrize(
    ("field", "code", "pointer"),
    [
        (make_field("NUMBER", "a", required="yes"), "schema-type", "/required"),
        (make_field("NUMBER", "a", minValue="１"), "schema-pattern", "/minValue"),
        (make_field("CALC", "a"), "schema-required", ""),
        (make_field("CALC", "a", expression="1", unique=True), "schema-not-allowed", "/unique"),
        (make_field("DROP_DOWN", "a", options={"x": {"label": "x"}}), "schema-required", "/options/x"),
        (make_field("SUBTABLE", "a", fields={"b": make_field("CALC", "b")}), "schema-required", "/fields/b"),
        (make_field("DATE", "a", id="5"), "schema-not-allowed", "/id"),
        (
            make_field(
                "SINGLE_LINE_TEXT", "a", lookup={"relatedApp": {"app": "12", "code": "X"}, "relatedKeyField": "k"}
            ),
            "schema-unknown-key",
            "/lookup/relatedApp",
        ),
    ],
)
def test_a_field_with_a_wrong_attribute_is_told_where(field, code, pointer):
    assert found("apps/x/fields.json", {"properties": {"a": field}}) == [(code, f"/properties/a{pointer}")]


def test_an_attribute_kintone_may_add_later_is_accepted():
    field = make_field("NUMBER", "a", newAttribute={"x": 1})
    assert found("apps/x/fields.json", {"properties": {"a": field}}) == []


@pytest.mark.parametrize(
    ("part", "value", "code", "pointer"),
    [
        ("settings", {"name": "x" * 65}, "schema-too-long", "/name"),
        ("settings", {"name": "x", "revision": "3"}, "schema-not-allowed", "/revision"),
        ("settings", {"name": "x", "icon": {"type": "FILE", "key": "A"}}, "schema-required", "/icon"),
        ("layout", {"layout": [{"type": "COLUMN"}]}, "schema-choice", "/layout/0/type"),
        (
            "layout",
            {"layout": [{"type": "ROW", "fields": [{"type": "NUMBER"}]}]},
            "schema-required",
            "/layout/0/fields/0",
        ),
        (
            "views",
            {"views": {"一覧": {"type": "LIST", "fields": [], "id": "3"}}},
            "schema-not-allowed",
            "/views/一覧/id",
        ),
        ("views", {"views": {"a/b~c": {"type": "LIST"}}}, "schema-required", "/views/a~1b~0c"),
        ("views", {"views": {"": {"type": "LIST", "fields": []}}}, "schema-name", "/views"),
        ("process", {"enable": True}, "schema-required", ""),
        ("process", {"enable": True, "states": None, "actions": []}, "schema-type", "/states"),
        ("permissions", {"app": {"rights": [{}]}}, "schema-required", "/app/rights/0"),
        ("customize", {"desktop": {"js": [{"type": "URL", "url": "http://x"}]}}, "schema-pattern", "/desktop/js/0/url"),
        ("plugins", {"plugins": [{"id": "a"}]}, "schema-required", "/plugins/0"),
        ("records", {"records": [{"$id": {"value": "1"}}]}, "schema-not-allowed", "/records/0/$id"),
        ("records", {"records": [{"a": "x"}]}, "schema-type", "/records/0/a"),
        ("reports", {"reports": {"r": {"chartType": "MAP"}}}, "schema-choice", "/reports/r/chartType"),
    ],
)
def test_a_part_with_a_wrong_shape_is_told_where(part, value, code, pointer):
    assert (code, pointer) in found(f"apps/x/{part}.json", value)


def test_a_finding_names_the_remedy_in_both_languages():
    finding = check_schema("template.json", make_manifest("request", category="misc"))[0]
    assert finding.title.ja == "「misc」は使えない値です。"
    assert "soumu、jinji" in finding.remedy.ja
    assert "soumu, jinji" in finding.remedy.en


def test_a_file_full_of_faults_yields_a_limited_number_of_findings():
    value = {"properties": {f"f{number}": {} for number in range(500)}}
    assert len(check_schema("apps/x/fields.json", value)) == 50


def test_an_app_from_the_factories_satisfies_every_schema():
    for part, value in copy.deepcopy(make_simple_app()).items():
        assert found(f"apps/x/{part}.json", json.loads(json.dumps(value))) == []


def test_an_attribute_of_another_type_is_refused_so_that_readers_may_trust_the_type():
    for attribute in ("options", "fields", "lookup", "expression", "maxLength", "referenceTable"):
        field = make_field("DATE", "a", **{attribute: "x"})
        pointer = f"/properties/a/{attribute}"
        assert found("apps/x/fields.json", {"properties": {"a": field}}) == [("schema-not-allowed", pointer)]


def test_a_line_feed_at_the_end_is_not_overlooked():
    assert found("template.json", make_manifest("request", slug="subsidy\n")) == [("schema-pattern", "/slug")]


def test_a_long_list_that_must_be_unique_is_read_in_one_pass():
    apps = [{"key": f"a{number}"} for number in range(50_000)]
    assert found("template.json", make_manifest("request", apps=apps)) == [("schema-too-many", "/apps")]
