"""The form as one list, and the languages names are asked for in."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone


def test_fields_and_decorations_are_listed_in_the_order_of_the_layout(kintone: Kintone):
    other = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT", "unique": True})
    options = {"乙": {"label": "乙", "index": 1}, "甲": {"label": "甲", "index": 0}}
    column = {"type": "NUMBER", "code": "数", "label": "数", "minValue": "1"}
    app = kintone.make_app()
    kintone.add_fields(
        app,
        件名={"type": "SINGLE_LINE_TEXT", "maxLength": "64", "required": True},
        日付={"type": "DATE", "defaultNowValue": True},
        区分={"type": "CHECK_BOX", "options": options, "defaultValue": ["甲"]},
        群={"type": "GROUP"},
        明細={"type": "SUBTABLE", "fields": {"数": column}},
        参照={"type": "SINGLE_LINE_TEXT", "lookup": {"relatedApp": {"app": other}, "relatedKeyField": "番号"}},
    )
    text = "SINGLE_LINE_TEXT"
    kinds = {"件名": text, "日付": "DATE", "区分": "CHECK_BOX", "参照": text}
    cells = {code: {"type": kind, "code": code} for code, kind in kinds.items()}
    layout = [
        {"type": "ROW", "fields": [{"type": "LABEL", "label": "申請"}, {"type": "SPACER", "elementId": "map"}]},
        {"type": "GROUP", "code": "群", "layout": [{"type": "ROW", "fields": [cells["日付"], {"type": "HR"}]}]},
        {"type": "SUBTABLE", "code": "明細", "fields": [{"type": "NUMBER", "code": "数"}]},
        {"type": "ROW", "fields": [cells["区分"], cells["件名"], cells["参照"]]},
    ]
    kintone.put("preview/app/form/layout", app=app, layout=layout)
    listed = kintone.get("preview/form", app=app)["properties"]
    assert [each["type"] for each in listed[:8]] == [
        "LABEL", "SPACER", "DATE", "HR", "SUBTABLE", "CHECK_BOX", "SINGLE_LINE_TEXT", "SINGLE_LINE_TEXT"
    ]  # fmt: skip
    assert listed[:2] == [{"type": "LABEL", "label": "申請"}, {"type": "SPACER", "elementId": "map"}]
    assert listed[2]["defaultExpression"] == "NOW"
    assert listed[4]["fields"][0]["minValue"] == "1"
    assert listed[4]["fields"][0]["maxValue"] is None
    assert listed[5]["options"] == ["甲", "乙"]
    assert listed[5]["defaultValue"] == ["甲"]
    assert listed[6] == {
        "type": "SINGLE_LINE_TEXT",
        "code": "件名",
        "label": "件名",
        "defaultValue": "",
        "expression": "",
        "minLength": None,
        "maxLength": "64",
        "noLabel": "false",
        "required": "true",
        "unique": "false",
        "hideExpression": "false",
    }
    assert listed[7]["relatedApp"] == str(other)
    rest = {each["type"] for each in listed[8:]}
    assert rest == {"RECORD_NUMBER", "CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME"}


def test_the_form_in_use_is_for_all_who_see_the_app(kintone: Kintone, as_sato: Kintone):
    app = kintone.live_app(件名={"type": "SINGLE_LINE_TEXT"})
    assert "件名" in {each["code"] for each in as_sato.get("form", app=app)["properties"]}
    assert as_sato.refused("GET", "preview/form", app=app) == (403, "CB_NO02")


NAMED = ["settings", "form/fields", "views", "status", "reports", "actions", "notifications/perRecord",
         "notifications/reminder"]  # fmt: skip


@pytest.mark.parametrize("name", [f"app/{each}" for each in NAMED] + ["record/acl"])
def test_names_may_be_asked_for_in_a_language(kintone: Kintone, name):
    app = kintone.live_app()
    for lang in ("ja", "en", "zh", "user", "default"):
        assert kintone.get(name, app=app, lang=lang) == kintone.get(name, app=app)
    assert set(kintone.errors("GET", name, app=app, lang="fr")) == {"lang"}
