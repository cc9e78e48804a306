"""Placeholders become the codes of a workspace; what stays unmapped is dropped and never opens anything."""

from __future__ import annotations

from marketplace.bundle.model import PartName
from marketplace.bundle.placeholders import Dropped, find_placeholders, placeholder_of, substitute
from tests.bundle.factories import make_joined_bundle

CHIEF = {"type": "USER", "code": "{{chief}}"}
YAMADA = {"type": "USER", "code": "yamada"}
EVERYONE = {"type": "GROUP", "code": "everyone"}


def test_every_use_is_found_with_its_place():
    uses = find_placeholders(make_joined_bundle().app("request"))
    assert {use.key for use in uses} == {"section-chief"}
    assert {(use.part, use.pointer, use.kind) for use in uses} == {
        (PartName.FIELDS, "/properties/担当者/defaultValue/0/code", "USER"),
        (PartName.VIEWS, "/views/一覧/filterCond", None),
        (PartName.PROCESS, "/states/審査中/assignee/entities/0/entity/code", "USER"),
        (PartName.NOTIFICATIONS, "/general/notifications/0/entity/code", "USER"),
        (PartName.NOTIFICATIONS, "/perRecord/notifications/0/targets/0/entity/code", "USER"),
        (PartName.RECORDS, "/records/0/担当者/value/0/code", None),
    }


def test_a_mapped_placeholder_becomes_its_code():
    content = {"properties": {"担当者": {"type": "USER_SELECT", "code": "担当者", "defaultValue": [CHIEF]}}}
    done = substitute(PartName.FIELDS, content, {"chief": "yamada"})
    assert done.content["properties"]["担当者"]["defaultValue"] == [YAMADA]
    assert done.dropped == ()
    assert content["properties"]["担当者"]["defaultValue"] == [CHIEF]


def test_an_unmapped_one_is_dropped_from_its_list_and_reported():
    content = {"properties": {"担当者": {"defaultValue": [CHIEF, {"type": "FUNCTION", "code": "LOGINUSER()"}]}}}
    done = substitute(PartName.FIELDS, content, {"chief": None})
    assert done.content["properties"]["担当者"]["defaultValue"] == [{"type": "FUNCTION", "code": "LOGINUSER()"}]
    assert done.dropped == (Dropped("chief", "/properties/担当者/defaultValue/0"),)


def test_inside_a_condition_the_code_is_quoted_and_an_unmapped_one_is_empty():
    content = {"views": {"v": {"filterCond": '担当者 in ("{{chief}}", "{{other}}")'}}}
    done = substitute(PartName.VIEWS, content, {"chief": 'a"b\\'})
    assert done.content["views"]["v"]["filterCond"] == '担当者 in ("a\\"b\\\\", "")'
    assert done.dropped == (Dropped("other", "/views/v/filterCond"),)


def test_a_right_that_loses_everybody_gives_everyone_nothing_instead_of_opening():
    content = {
        "app": {"rights": [{"entity": CHIEF, "appEditable": True}]},
        "record": {"rights": [{"filterCond": "", "entities": [{"entity": CHIEF, "viewable": True}]}]},
        "field": {"rights": [{"code": "上限額", "entities": [{"entity": CHIEF, "accessibility": "READ"}]}]},
    }
    done = substitute(PartName.PERMISSIONS, content, {})
    assert done.content["app"]["rights"] == []
    assert done.content["record"]["rights"][0]["entities"] == [
        {"entity": EVERYONE, "includeSubs": False, "viewable": False, "editable": False, "deletable": False},
    ]
    assert done.content["field"]["rights"][0]["entities"] == [
        {"entity": EVERYONE, "includeSubs": False, "accessibility": "NONE"},
    ]
    assert [dropped.key for dropped in done.dropped] == ["chief"] * 3


def test_a_notification_left_without_targets_is_dropped_and_the_others_stay():
    kept = {"filterCond": "", "title": "全員へ", "targets": [{"entity": EVERYONE}]}
    lost = {"filterCond": "", "title": "所属長へ", "targets": [{"entity": CHIEF}]}
    done = substitute(PartName.NOTIFICATIONS, {"perRecord": {"notifications": [lost, kept]}}, {})
    assert done.content == {"perRecord": {"notifications": [kept]}}


def test_samples_lose_what_is_unmapped():
    content = {"records": [{"担当者": {"value": [{"code": "{{chief}}"}]}}]}
    assert substitute(PartName.RECORDS, content, {}).content == {"records": [{"担当者": {"value": []}}]}


def test_only_a_whole_code_is_a_placeholder():
    assert placeholder_of("{{section-chief}}") == "section-chief"
    assert [placeholder_of(code) for code in ("x{{a}}", "{{A}}", "{{}}", None, 3)] == [None] * 5
