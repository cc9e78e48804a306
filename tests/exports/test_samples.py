"""Records as samples: what is left out, what becomes a placeholder, what can't be looked up any more."""

from __future__ import annotations

from marketplace.bundle.model import AppDefinition, PartName, PlaceholderKind
from marketplace.kintone.reading.principals import PlaceholderNames, Principal
from marketplace.kintone.reading.records import SampleReading
from tests.bundle.factories import make_app, make_field

SATO = Principal(PlaceholderKind.USER, "sato")


def app_of(name, *fields):
    return AppDefinition("request", {PartName(part): one for part, one in make_app(name, *fields).items()})


def cell(kind, value):
    return {"type": kind, "value": value}


def read(app, *records, offered=None, names=None, files=None):
    reading = SampleReading(app, names or PlaceholderNames({SATO: "chief"}), (files or {}).__getitem__)
    reading.read([{"$id": cell("__ID__", "1"), **record} for record in records], offered or {})
    return reading


def test_what_kintone_fills_in_is_left_out():
    app = app_of("申請", make_field("SINGLE_LINE_TEXT", "件名"), make_field("CALC", "合計", expression="1"))
    record = {
        "件名": cell("SINGLE_LINE_TEXT", "見本"),
        "合計": cell("CALC", "1"),
        "作成者": cell("CREATOR", {"code": "sato", "name": "佐藤"}),
        "レコード番号": cell("RECORD_NUMBER", "7"),
        "$revision": cell("__REVISION__", "3"),
    }
    assert read(app, record).records == [{"件名": {"value": "見本"}}]


def test_people_whom_the_settings_name_become_their_placeholders_and_others_are_dropped():
    app = app_of("申請", make_field("USER_SELECT", "担当"))
    people = [{"code": "sato", "name": "佐藤"}, {"code": "suzuki", "name": "鈴木"}]
    found = read(app, {"担当": cell("USER_SELECT", people)})
    assert found.records == [{"担当": {"value": [{"code": "{{chief}}"}]}}]
    assert [(part, code) for part, code, _text in found.left] == [(PartName.RECORDS, "担当")]
    assert "suzuki" not in str(found.records)


def test_a_field_that_must_name_somebody_gets_a_placeholder_of_its_own():
    app = app_of("申請", make_field("USER_SELECT", "担当", required=True))
    found = read(app, {"担当": cell("USER_SELECT", [{"code": "suzuki", "name": "鈴木"}])})
    assert found.records == [{"担当": {"value": [{"code": "{{user-1}}"}]}}]


def test_a_record_that_would_lack_a_required_value_is_not_copied():
    app = app_of("申請", make_field("SINGLE_LINE_TEXT", "件名", required=True))
    found = read(app, {"件名": cell("SINGLE_LINE_TEXT", "")}, {"件名": cell("SINGLE_LINE_TEXT", "見本")})
    assert found.records == [{"件名": {"value": "見本"}}]
    assert "1件" in found.left[0][2].ja


def test_rows_of_tables_have_no_ids_and_files_come_by_content():
    columns = {"資料": make_field("FILE", "資料")}
    app = app_of("申請", make_field("SUBTABLE", "明細", fields=columns))
    file = {"fileKey": "key", "name": "a.pdf", "contentType": "application/pdf", "size": "3"}
    row = {"id": "5", "value": {"資料": cell("FILE", [file])}}
    found = read(app, {"明細": cell("SUBTABLE", [row])}, files={"key": b"pdf"})
    assert found.records == [{"明細": {"value": [{"value": {"資料": {"value": [{"path": "files/a.pdf"}]}}}]}}]
    assert found.files == {"files/a.pdf": b"pdf"}


def test_lookups_keep_only_values_that_come_along_and_their_copies_never():
    mapping = {"field": "制度名", "relatedField": "名称"}
    lookup = {"relatedApp": {"app": "program"}, "relatedKeyField": "番号", "fieldMappings": [mapping]}
    app = app_of(
        "申請",
        make_field("SINGLE_LINE_TEXT", "制度", lookup=lookup),
        make_field("SINGLE_LINE_TEXT", "制度名"),
    )
    records = [{"制度": cell("SINGLE_LINE_TEXT", key), "制度名": cell("SINGLE_LINE_TEXT", "x")} for key in ("9", "8")]
    found = read(app, *records, offered={"制度": {"9": "1"}})
    assert found.records == [{"制度": {"value": "1"}}, {}]
    assert [code for _part, code, _text in found.left] == ["制度"]


def test_the_state_is_kept_unless_records_begin_in_it_anyway():
    states = {name: {"name": name, "index": str(at)} for at, name in enumerate(("未処理", "審査中"))}
    app = app_of("申請", make_field("SINGLE_LINE_TEXT", "件名"))
    process = {"enable": True, "states": states, "actions": []}
    app = AppDefinition(app.key, {**app.parts, PartName.PROCESS: process})
    found = read(app, *({"ステータス": cell("STATUS", state)} for state in ("未処理", "審査中", "昔の状態")))
    assert found.records == [{}, {"$status": {"value": "審査中"}}, {}]
