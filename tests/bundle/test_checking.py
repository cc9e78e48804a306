"""What a bundle says about itself must be true: references, names, layout, process, samples, files."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from marketplace.bundle.checking import check
from tests.bundle.factories import (
    ICON,
    make_app,
    make_bundle,
    make_field,
    make_joined_bundle,
    make_layout,
    make_options,
    make_simple_app,
)

Apps = dict[str, dict[str, Any]]


def test_bundles_from_the_factories_have_no_findings():
    assert check(make_joined_bundle()) == []
    assert check(make_bundle()) == []


def fields(apps: Apps, app: str = "request") -> dict[str, Any]:
    return apps[app]["fields"]["properties"]


def relayout(apps: Apps, app: str) -> None:
    apps[app]["layout"] = make_layout(fields(apps, app))


def put(*path: Any) -> Callable[[Apps], None]:
    """Set the value at a path of keys; the last argument is the value."""
    *steps, last, value = path

    def change(apps: Apps) -> None:
        target: Any = apps
        for step in steps:
            target = target[step]
        target[last] = value

    return change


def drop(*path: Any) -> Callable[[Apps], None]:
    *steps, last = path

    def change(apps: Apps) -> None:
        target: Any = apps
        for step in steps:
            target = target[step]
        del target[last]

    return change


def add_field(app: str, field: dict[str, Any]) -> Callable[[Apps], None]:
    def change(apps: Apps) -> None:
        fields(apps, app)[field["code"]] = field
        relayout(apps, app)

    return change


def rename_inside_layout(apps: Apps) -> None:
    apps["request"]["layout"]["layout"][0]["fields"][0]["code"] = "幽霊"


FORM = ("request", "fields", "properties")
LOOKUP = (*FORM, "制度コード", "lookup")
RELATED = ("program", "fields", "properties", "申請一覧", "referenceTable")
PROCESS = ("request", "process")
RECORD = ("request", "records", "records", 0)
VIEW = ("request", "views", "views", "一覧")

FAULTS: list[tuple[Callable[[Apps], None], str, str]] = [
    # fields
    (put(*FORM, "地区", "code", "地域"), "field-code-mismatch", "/properties/地区/code"),
    (add_field("request", make_field("NUMBER", "1番")), "field-code-invalid", "/properties/1番"),
    (add_field("request", make_field("NUMBER", "金-額")), "field-code-invalid", "/properties/金-額"),
    (add_field("request", make_field("NUMBER", "ステータス")), "field-code-reserved", "/properties/ステータス"),
    (add_field("request", make_field("NUMBER", "費目")), "field-code-duplicate", "/properties/費目"),
    (
        add_field("request", make_field("MULTI_LINE_TEXT", "m", unique=True)),
        "field-unique-impossible",
        "/properties/m/unique",
    ),
    (put(*FORM, "地区", "options", {}), "field-options-empty", "/properties/地区/options"),
    (put(*FORM, "地区", "defaultValue", "北"), "field-default-unknown", "/properties/地区/defaultValue"),
    (
        put(*FORM, "地区", "options", "東地区", "label", "東"),
        "field-option-mismatch",
        "/properties/地区/options/東地区/label",
    ),
    # layout
    (rename_inside_layout, "layout-field-unknown", "/layout/0/fields/0"),
    (rename_inside_layout, "layout-field-missing", "/layout"),
    (
        put("request", "layout", "layout", 1, "fields", 0, "type", "NUMBER"),
        "layout-field-type",
        "/layout/1/fields/0/type",
    ),
    (
        put("request", "layout", "layout", 1, "fields", 0, {"type": "NUMBER", "code": "上限額"}),
        "layout-field-twice",
        "/layout/2/fields/0",
    ),
    (drop("request", "layout", "layout", 11, "fields", 0), "layout-table-columns", "/layout/11/fields"),
    # references
    (put(*LOOKUP, "relatedApp", "app", "elsewhere"), "app-unknown", "/properties/制度コード/lookup/relatedApp/app"),
    (
        put("request", "actions", "actions", "実績報告を作る", "destApp", "app", "x"),
        "app-unknown",
        "/actions/実績報告を作る/destApp/app",
    ),
    (
        put("program", "fields", "properties", "制度コード", "unique", False),
        "lookup-key-not-unique",
        "/properties/制度コード/lookup/relatedKeyField",
    ),
    (put(*LOOKUP, "relatedKeyField", "上限額"), "lookup-key-type", "/properties/制度コード/lookup/relatedKeyField"),
    (put(*LOOKUP, "relatedKeyField", "幽霊"), "field-unknown", "/properties/制度コード/lookup/relatedKeyField"),
    (
        put(*LOOKUP, "fieldMappings", 0, "relatedField", "上限額"),
        "lookup-mapping-type",
        "/properties/制度コード/lookup/fieldMappings/0",
    ),
    (
        put(*LOOKUP, "fieldMappings", 0, "field", "費目"),
        "lookup-target-elsewhere",
        "/properties/制度コード/lookup/fieldMappings/0/field",
    ),
    (
        put(*LOOKUP, "fieldMappings", 1, "field", "制度名"),
        "lookup-target-twice",
        "/properties/制度コード/lookup/fieldMappings/1/field",
    ),
    (
        put(*LOOKUP, "lookupPickerFields", ["幽霊"]),
        "field-unknown",
        "/properties/制度コード/lookup/lookupPickerFields/0",
    ),
    (put(*LOOKUP, "filterCond", "幽霊 = 1"), "field-unknown", "/properties/制度コード/lookup/filterCond"),
    (put(*LOOKUP, "sort", "幽霊 asc"), "field-unknown", "/properties/制度コード/lookup/sort"),
    (
        put(*RELATED, "condition", "relatedField", "幽霊"),
        "field-unknown",
        "/properties/申請一覧/referenceTable/condition/relatedField",
    ),
    (put(*RELATED, "displayFields", ["幽霊"]), "field-unknown", "/properties/申請一覧/referenceTable/displayFields/0"),
    (
        put(*RELATED, "filterCond", '申請区分 in ("廃止")'),
        "condition-option-unknown",
        "/properties/申請一覧/referenceTable/filterCond",
    ),
    # formulas
    (put(*FORM, "申請額", "expression", "SUM(幽霊)"), "formula-field-unknown", "/properties/申請額/expression"),
    (put(*FORM, "申請額", "expression", "TOTAL(金額)"), "formula-function-unknown", "/properties/申請額/expression"),
    (put(*FORM, "申請額", "expression", "申請書 & 1"), "formula-field-type", "/properties/申請額/expression"),
    (put(*FORM, "申請額", "expression", "申請額 + 1"), "formula-circular", "/properties/申請額/expression"),
    # use
    (
        put("request", "settings", "titleField", {"selectionMode": "MANUAL", "code": "幽霊"}),
        "field-unknown",
        "/titleField/code",
    ),
    (put(*VIEW, "fields", ["幽霊"]), "field-unknown", "/views/一覧/fields/0"),
    (put(*VIEW, "fields", ["金額"]), "view-column", "/views/一覧/fields/0"),
    (put(*VIEW, "name", "別名"), "view-name", "/views/一覧/name"),
    (put(*VIEW, "filterCond", "地区 = '東地区'"), "condition-syntax", "/views/一覧/filterCond"),
    (put(*VIEW, "filterCond", '担当者 in ("yamada")'), "code-not-placeholder", "/views/一覧/filterCond"),
    (put(*VIEW, "sort", "幽霊 desc"), "field-unknown", "/views/一覧/sort"),
    (put("request", "permissions", "field", "rights", 0, "code", "幽霊"), "field-unknown", "/field/rights/0/code"),
    (
        put("request", "permissions", "record", "rights", 0, "filterCond", "幽霊 = 1"),
        "field-unknown",
        "/record/rights/0/filterCond",
    ),
    (
        put("request", "notifications", "perRecord", "notifications", 0, "filterCond", "幽霊 > 1"),
        "field-unknown",
        "/perRecord/notifications/0/filterCond",
    ),
    (
        put("request", "notifications", "reminder", "notifications", 0, "timing", "code", "地区"),
        "field-type-unsuitable",
        "/reminder/notifications/0/timing/code",
    ),
    (
        put("request", "reports", "reports", "地区別", "groups", 0, "code", "幽霊"),
        "field-unknown",
        "/reports/地区別/groups/0/code",
    ),
    (
        put("report", "views", {"views": {"v": {"type": "LIST", "fields": ["ステータス"]}}}),
        "process-off",
        "/views/v/fields/0",
    ),
    # process
    (put(*PROCESS, "actions", 0, "to", "幽霊"), "process-state-unknown", "/actions/0/to"),
    (drop(*PROCESS, "actions", 0), "process-state-unreachable", "/states/審査中"),
    (put(*PROCESS, "actions", 2, "to", "審査中"), "process-without-end", "/actions"),
    (put(*PROCESS, "actions", 1, "name", "承認"), "process-action-twice", "/actions/1"),
    (put(*PROCESS, "states", "受付", "assignee", "type", "ALL"), "process-first-state", "/states/受付/assignee"),
    (put(*PROCESS, "states", "受付", "name", "開始"), "process-state-name", "/states/受付/name"),
    (
        put(*PROCESS, "states", "完了", "assignee", "entities", [{"entity": {"type": "CREATOR"}}]),
        "process-assignee-creator",
        "/states/完了/assignee/entities/0/entity",
    ),
    # placeholders
    (
        put(*FORM, "担当者", "defaultValue", [{"type": "USER", "code": "{{other}}"}]),
        "placeholder-undeclared",
        "/properties/担当者/defaultValue/0/code",
    ),
    (
        put(*FORM, "担当者", "entities", [{"type": "GROUP", "code": "{{section-chief}}"}]),
        "placeholder-kind",
        "/properties/担当者/entities/0/code",
    ),
    (
        put(*FORM, "担当者", "defaultValue", [{"type": "USER", "code": "yamada"}]),
        "code-not-placeholder",
        "/properties/担当者/defaultValue/0/code",
    ),
    # records
    (put(*RECORD, "幽霊", {"value": "x"}), "record-field-unknown", "/records/0/幽霊"),
    (put(*RECORD, "申請額", {"value": "1"}), "record-computed", "/records/0/申請額"),
    (put(*RECORD, "制度名", {"value": "x"}), "record-computed", "/records/0/制度名"),
    (drop(*RECORD, "申請者名"), "record-required", "/records/0/申請者名"),
    (put(*RECORD, "申請者名", "value", "あ" * 65), "record-value-length", "/records/0/申請者名/value"),
    (put(*RECORD, "申請者名", "value", ["x"]), "record-value-shape", "/records/0/申請者名/value"),
    (put(*RECORD, "地区", "value", "北"), "record-value-option", "/records/0/地区/value"),
    (put(*RECORD, "受付日", "value", "2026-02-30"), "record-value-date", "/records/0/受付日/value"),
    (put(*RECORD, "受付日", "value", "{{tomorrow}}"), "record-value-date", "/records/0/受付日/value"),
    (put(*RECORD, "面談日時", "value", "2026-04-01"), "record-value-date", "/records/0/面談日時/value"),
    (put(*RECORD, "担当者", "value", [{"code": "yamada"}]), "code-not-placeholder", "/records/0/担当者/value"),
    (put(*RECORD, "申請書", "value", [{"path": "files/none.pdf"}]), "record-value-file", "/records/0/申請書/value"),
    (
        put(*RECORD, "経費明細", "value", 0, "value", "金額", "value", "1,000"),
        "record-value-number",
        "/records/0/経費明細/value/0/value/金額/value",
    ),
    (put(*RECORD, "経費明細", "value", ["x"]), "record-table", "/records/0/経費明細/value"),
    (put(*RECORD, "制度コード", "value", "S-99"), "record-lookup-missing", "/records/0/制度コード/value"),
    (put(*RECORD, "$status", "value", "幽霊"), "record-status-unknown", "/records/0/$status"),
    (
        put("program", "records", "records", 1, "制度コード", "value", "S-01"),
        "record-duplicate",
        "/records/1/制度コード/value",
    ),
]


@pytest.mark.parametrize(
    ("change", "code", "pointer"), FAULTS, ids=[f"{fault[1]}-{at}" for at, fault in enumerate(FAULTS)]
)
def test_a_fault_is_found_where_it_is(change, code, pointer):
    findings = check(make_joined_bundle(change))
    assert (code, pointer) in [(finding.code, finding.pointer) for finding in findings]


def codes(bundle) -> list[tuple[str, str]]:
    return [(finding.code, finding.file) for finding in check(bundle)]


def test_a_lookup_on_the_record_number_needs_no_unique_field():
    def change(apps):
        fields(apps)["制度コード"]["type"] = "NUMBER"
        fields(apps)["制度コード"]["lookup"]["relatedKeyField"] = "レコード番号"
        relayout(apps, "request")
        del apps["request"]["records"]

    assert not [finding for finding in check(make_joined_bundle(change)) if finding.code.startswith("lookup")]


def test_built_in_fields_count_under_their_usual_codes_unless_renamed():
    app = make_simple_app()
    app["views"] = {"views": {"v": {"type": "LIST", "fields": ["作成日時", "更新者"], "sort": "レコード番号 desc"}}}
    assert codes(make_bundle({"request": app})) == []
    renamed = make_app("申請", make_field("CREATED_TIME", "受付日時"), views=app["views"])
    assert codes(make_bundle({"request": renamed})) == [("field-unknown", "apps/request/views.json")]


def test_errors_come_before_warnings():
    severities = [
        finding.severity for finding in check(make_bundle(files={"README.md": "", "apps/request/files/a": b""}))
    ]
    assert severities == ["error", "warning"]


def test_more_fields_than_kintone_takes_are_refused():
    app = make_app("大きい", *(make_field("NUMBER", f"f{number}") for number in range(501)))
    assert codes(make_bundle({"request": app})) == [("too-many-fields", "apps/request/fields.json")]


@pytest.mark.parametrize(
    ("files", "code", "file"),
    [
        ({"README.md": None}, "readme-missing", "README.md"),
        ({"README.md": "![画面](images/none.png)"}, "picture-missing", "README.md"),
        ({"images/icon.svg": None}, "file-not-in-bundle", "template.json"),
        ({"images/a.png": b"GIF89a"}, "picture-type", "images/a.png"),
        ({"images/a.webp": b"RIFF1234WAVE"}, "picture-type", "images/a.webp"),
        ({"apps/request/files/a.pdf": b"x"}, "file-unused", "apps/request/files/a.pdf"),
    ],
)
def test_documents_and_pictures_are_there_and_what_they_say(files, code, file):
    assert codes(make_bundle(files=files)) == [(code, file)]


def svg(inside: str, attributes: str = "") -> bytes:
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {namespaces} {attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (svg("<script>alert(1)</script>"), "svg-unsafe"),
        (svg("", 'onload="alert(1)"'), "svg-unsafe"),
        (svg('<image href="https://example.com/x.png"/>'), "svg-unsafe"),
        (svg('<use xlink:href="https://example.com/x.svg#a"/>'), "svg-unsafe"),
        (svg('<a href="javascript:alert(1)"><rect/></a>'), "svg-unsafe"),
        (svg('<rect fill="url(https://example.com/#a)"/>'), "svg-unsafe"),
        (svg('<rect style="background:url( //example.com)"/>'), "svg-unsafe"),
        (svg("<style>@import 'x.css';</style>"), "svg-unsafe"),
        (svg("<style>rect{fill:ur<!-- -->l(http://x)}</style>"), "svg-unsafe"),
        (svg("<style>rect{fill:u\\72l(http://x)}</style>"), "svg-unsafe"),
        (svg("<foreignObject><body/></foreignObject>"), "svg-unsafe"),
        (b'<?xml-stylesheet href="x.css"?>' + svg(""), "svg-unsafe"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<title>&b;</title>"), "svg-unsafe"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(""), "svg-unsafe"),
        (b"<html></html>", "svg-unsafe"),
        (svg("<rect>"), "svg-malformed"),
        (b"", "svg-malformed"),
    ],
)
def test_a_picture_that_runs_or_fetches_something_is_refused(data, code):
    assert codes(make_bundle(files={"images/icon.svg": data})) == [(code, "images/icon.svg")]


def test_an_ordinary_drawing_is_accepted():
    drawing = svg(
        '<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect fill="url(#a)"/><use href="#a"/>'
    )
    assert codes(make_bundle(files={"images/icon.svg": drawing, "images/b.svg": ICON})) == []


def test_localised_options_belong_to_a_choice_field_of_the_bundle():
    bundle = make_bundle(localise=[{"app": "request", "field": "件名"}, {"app": "request", "field": "地区"}])
    assert [(finding.code, finding.pointer) for finding in check(bundle)] == [("localise-unknown", "/localise/0")]


def test_a_placeholder_nobody_uses_is_a_warning():
    bundle = make_bundle(placeholders=[{"key": "chief", "kind": "USER", "label": {"ja": "所属長"}}])
    assert [(finding.code, finding.severity) for finding in check(bundle)] == [("placeholder-unused", "warning")]


def test_apps_of_the_same_name_are_a_warning():
    bundle = make_bundle({"one": make_simple_app(), "two": copy.deepcopy(make_simple_app())})
    assert [finding.code for finding in check(bundle)] == ["app-name-twice"]


def test_groups_hold_their_fields_by_the_layout():
    app = make_app("申請", make_field("GROUP", "詳細"), make_field("NUMBER", "金額"))
    inner = {"type": "ROW", "fields": [{"type": "NUMBER", "code": "金額"}, {"type": "LABEL", "label": "注意"}]}
    app["layout"] = {"layout": [{"type": "GROUP", "code": "詳細", "layout": [inner]}]}
    assert codes(make_bundle({"request": app})) == []


def test_options_of_a_field_may_be_named_in_conditions_with_an_empty_one():
    app = make_app("申請", make_field("DROP_DOWN", "区分", options=make_options("a")))
    app["views"] = {"views": {"v": {"type": "LIST", "fields": ["区分"], "filterCond": '区分 in ("", "a")'}}}
    assert codes(make_bundle({"request": app})) == []


def test_values_of_the_wrong_kind_inside_lists_and_free_objects_are_only_findings():
    def change(apps):
        fields(apps)["確認"] = make_field("CHECK_BOX", "確認", options=make_options("済"))
        relayout(apps, "request")
        apps["request"]["records"]["records"][0]["確認"] = {"value": [{"code": "x"}]}
        apps["report"]["settings"]["later"] = {"type": [], "code": {}}

    assert [finding.code for finding in check(make_joined_bundle(change))] == ["record-value-option"]


@pytest.mark.parametrize(
    ("includes", "expected"),
    [
        ([("shelters", ["request"])], []),
        ([("shelters", ["request", "nothing"])], ["include-app-unknown"]),
        ([("shelters", ["request"]), ("stocks", ["request"])], ["include-app-twice"]),
        ([("shelters", ["request"]), ("shelters", ["second"])], ["include-twice"]),
        ([("subsidy-grant-management", ["request"])], ["include-twice"]),
    ],
)
def test_a_set_names_other_templates_and_apps_it_holds_each_once(includes, expected):
    apps = {"request": make_simple_app(), "second": {**make_simple_app()}}
    apps["second"]["settings"] = {**apps["second"]["settings"], "name": "台帳"}
    said = [{"template": slug, "version": "1.0.0", "apps": keys} for slug, keys in includes]
    assert [finding.code for finding in check(make_bundle(apps, includes=said))] == expected
