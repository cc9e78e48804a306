"""Apps are read back as a bundle has them: nothing of one workspace stays in them."""

from __future__ import annotations

import json

import pytest

from marketplace.bundle.conditions import ConditionSyntaxError, rewrite_strings
from marketplace.bundle.model import PartName, PlaceholderKind
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import KintoneAnswerError, KintoneError
from marketplace.kintone.reading.apps import read_apps
from marketplace.kintone.reading.principals import PlaceholderNames, Principal
from marketplace.kintone.transport import Reply
from tests.bundle.factories import make_field, make_layout
from tests.installs.fake_kintone import refusal, reply

SATO = {"type": "USER", "code": "sato"}


class Told:
    """A kintone that tells what it is given, and counts the calls."""

    def __init__(self, **answers):
        self.answers, self.calls = answers, []

    def send(self, _method, path, *, params=None, **_sent):
        self.calls.append(path)
        name = path.removeprefix("/k/v1/").removesuffix(".json")
        if name == "file":
            return Reply(200, params["fileKey"].encode(), {"Content-Type": "image/png"})
        told = self.answers.get(name, {})
        return told if isinstance(told, Reply) else reply(200, {**told, "revision": "3"})


def form(*fields):
    return {"properties": {field["code"]: field for field in fields}}


def told(*fields, layout=None, **parts):
    properties = {field["code"]: field for field in fields}
    return Told(**{"app/form/fields": form(*fields), "app/form/layout": layout or make_layout(properties), **parts})


def read(transport, keys=None, **known):
    names = PlaceholderNames(known=known.get("known", {}))
    [first, *_] = read_apps(KintoneClient(transport), keys or {"7": "request"}, names)
    return first


def test_each_part_takes_one_call():
    transport = told(make_field("DATE", "日"))
    read(transport)
    assert len(transport.calls) == len(set(transport.calls)) == 16


def test_ids_revisions_and_what_can_only_be_read_are_gone():
    view = {"type": "LIST", "name": "一覧", "index": "0", "fields": ["日"], "id": "61"}
    process = {
        "enable": True,
        "states": {"受付": {"name": "受付", "index": "0", "assignee": {"type": "ONE", "entities": []}}},
        "actions": [{"name": "進める", "from": "受付", "to": "受付", "filterCond": "", "type": "PRIMARY"}],
    }
    parts = {"app/views": {"views": {"一覧": view}}, "app/status": process}
    app = read(told(make_field("DATE", "日"), make_field("STATUS", "状態", enabled=True), **parts)).definition
    text = json.dumps(dict(app.parts), ensure_ascii=False)
    assert '"revision"' not in text
    assert '"id"' not in text
    assert "PRIMARY" not in text
    assert list(app.fields) == ["日"]


def test_parts_that_were_never_set_are_no_parts():
    app = read(told(make_field("DATE", "日"), **{"app/status": {"enable": False, "states": None, "actions": None}}))
    assert set(app.definition.parts) == {PartName.SETTINGS, PartName.FIELDS, PartName.LAYOUT}


def test_apps_are_named_by_their_keys():
    lookup = {"relatedApp": {"app": "8", "code": "MASTER"}, "relatedKeyField": "コード", "fieldMappings": []}
    transport = told(make_field("SINGLE_LINE_TEXT", "品", lookup=lookup))
    app = read(transport, {"7": "request", "8": "master"}).definition
    assert app.fields["品"]["lookup"]["relatedApp"] == {"app": "master"}


def test_what_points_to_an_app_that_is_not_read_is_left_behind_and_named():
    elsewhere = {"relatedApp": {"app": "9"}, "relatedKeyField": "コード", "condition": {}}
    transport = told(
        make_field("SINGLE_LINE_TEXT", "品", lookup=elsewhere),
        make_field("REFERENCE_TABLE", "関連", referenceTable=elsewhere),
        make_field("REFERENCE_TABLE", "見えない", referenceTable=None),
        make_field("CATEGORY", "分類", enabled=True),
        **{"app/actions": {"actions": {"写す": {"destApp": {"app": "9"}, "mappings": []}}}},
    )
    found = read(transport)
    assert list(found.definition.fields) == ["品"]
    assert "lookup" not in found.definition.fields["品"]
    rows = found.definition.parts[PartName.LAYOUT]["layout"]
    assert [cell["code"] for row in rows for cell in row["fields"]] == ["品"]
    assert PartName.ACTIONS not in found.definition.parts
    assert [one.subject for one in found.left] == ["品", "関連", "見えない", "分類", "写す"]


def test_no_code_of_the_workspace_is_left():
    everyone = {"type": "GROUP", "code": "everyone"}
    login = {"type": "FUNCTION", "code": "LOGINUSER()"}
    rights = [{"entity": {**SATO, "name": "佐藤"}}, {"entity": everyone}, {"entity": {"type": "CREATOR", "code": None}}]
    view = {"type": "LIST", "index": "0", "fields": [], "filterCond": '担当 in ("sato", LOGINUSER()) and 名 = "sato"'}
    parts = {"app/acl": {"rights": rights}, "app/views": {"views": {"一覧": view}}}
    person = make_field("USER_SELECT", "担当", entities=[{**SATO, "name": "佐藤"}], defaultValue=[login])
    app = read(told(person, make_field("SINGLE_LINE_TEXT", "名"), **parts)).definition
    assert app.fields["担当"]["entities"] == [{"type": "USER", "code": "{{user-1}}"}]
    assert app.fields["担当"]["defaultValue"] == [login]
    named = app.parts[PartName.PERMISSIONS]["app"]["rights"]
    assert [one["entity"].get("code") for one in named] == ["{{user-1}}", "everyone", None]
    condition = app.parts[PartName.VIEWS]["views"]["一覧"]["filterCond"]
    assert condition == '担当 in ("{{user-1}}", LOGINUSER()) and 名 = "sato"'


def test_a_known_principal_gets_the_placeholder_it_came_from():
    person = make_field("USER_SELECT", "担当", entities=[SATO, {"type": "USER", "code": "ito"}])
    known = {Principal(PlaceholderKind.USER, "sato"): "user-1"}
    app = read(told(person), known=known).definition
    assert [one["code"] for one in app.fields["担当"]["entities"]] == ["{{user-1}}", "{{user-2}}"]


def test_a_field_that_is_a_group_is_no_group_of_people():
    app = read(told(make_field("GROUP", "詳細", openGroup=True))).definition
    assert list(app.fields) == ["詳細"]
    assert app.parts[PartName.LAYOUT]["layout"] == [{"type": "GROUP", "code": "詳細", "layout": []}]


@pytest.mark.parametrize(("code", "is_said"), [("Created_by", False), ("作成者", False), ("受付者", True)])
def test_built_in_fields_stand_only_where_something_is_said_of_them(code, is_said):
    fields = (make_field("DATE", "日"), make_field("CREATOR", code))
    app = read(told(*fields, layout=make_layout(form(fields[0])["properties"]))).definition
    assert (code in app.fields) is is_said


def test_a_built_in_field_that_a_view_shows_stays():
    view = {"type": "LIST", "index": "0", "fields": ["作成者"]}
    fields = (make_field("DATE", "日"), make_field("CREATOR", "作成者"))
    layout = make_layout(form(fields[0])["properties"])
    app = read(told(*fields, layout=layout, **{"app/views": {"views": {"一覧": view}}})).definition
    assert "作成者" in app.fields


def test_files_come_by_content_under_names_of_their_own():
    items = [{"type": "FILE", "file": {"fileKey": key, "name": "../A b.js"}} for key in ("one", "two", "one")]
    parts = {"app/customize": {"scope": "ALL", "desktop": {"js": items, "css": []}, "mobile": {"js": [], "css": []}}}
    transport = told(make_field("DATE", "日"), **parts)
    app = read(transport).definition
    assert app.files == {"files/a-b.js": b"one", "files/a-b-2.js": b"two"}
    paths = [item["file"]["path"] for item in app.parts[PartName.CUSTOMIZE]["desktop"]["js"]]
    assert paths == ["files/a-b.js", "files/a-b-2.js", "files/a-b.js"]
    assert transport.calls.count("/k/v1/file.json") == 2


def test_a_part_kintone_refuses_is_named_and_the_rest_is_read():
    found = read(told(make_field("DATE", "日"), **{"field/acl": refusal(403, "CB_NO02", "権限がありません。")}))
    assert [(one.part, one.subject) for one in found.unread] == [(PartName.PERMISSIONS, "field")]
    assert list(found.definition.fields) == ["日"]


def test_a_refusal_that_may_pass_is_passed_on():
    with pytest.raises(KintoneError):
        read(told(make_field("DATE", "日"), **{"app/views": refusal(503, "CB_MT01")}))


@pytest.mark.parametrize(
    "parts",
    [
        {"app/form/fields": {"properties": {"件名": 5}}},
        {"app/form/layout": {"layout": [{"type": "GROUP"}]}},
        {"app/form/layout": {}},
        {"app/views": {"views": ["一覧"]}},
        {"app/actions": {"actions": {"写す": 1}}},
    ],
)
def test_an_answer_without_sense_is_a_clear_error(parts):
    with pytest.raises(KintoneAnswerError):
        read(Told(**parts))


def test_strings_of_a_condition_are_rewritten_where_they_stand():
    condition = '甲 in ("a", "b\\"c")  and (乙 not in ("a")) or 丙 is not empty'
    made = rewrite_strings(condition, lambda field, text: f"{field}{len(text)}")
    assert made == '甲 in ("甲1", "甲3")  and (乙 not in ("乙1")) or 丙 is not empty'
    with pytest.raises(ConditionSyntaxError):
        rewrite_strings("甲 in (", lambda _field, text: text)
