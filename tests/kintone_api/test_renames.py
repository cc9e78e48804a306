"""Renamed and deleted fields, options and states, wherever settings name them."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

FIELDS = "preview/app/form/fields"
EVERYONE = {"entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False}
BY_FIELD = {"entity": {"type": "FIELD_ENTITY", "code": "担当"}, "includeSubs": False}
CONDITION = '区分 in ("A", "B") and 期限 >= TODAY() and (名前 like "課" or 額 > 5)'
OPTIONS = {label: {"label": label, "index": str(index)} for index, label in enumerate("AB")}


def renamed(**labels: str) -> dict:
    return {label: {"label": labels.get(label, label), "index": "0"} for label in OPTIONS}


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app in use whose settings name its fields, options and states wherever they can."""
    made = kintone.make_app()
    kintone.add_fields(
        made,
        名前={"type": "SINGLE_LINE_TEXT", "unique": True},
        額={"type": "NUMBER"},
        期限={"type": "DATE"},
        担当={"type": "USER_SELECT"},
        区分={"type": "DROP_DOWN", "options": OPTIONS},
    )
    states = {
        "受付": {"index": 0, "assignee": {"type": "ONE", "entities": []}},
        "審査": {"index": 1, "assignee": {"type": "ANY", "entities": [BY_FIELD]}},
    }
    step = {"name": "進める", "from": "受付", "to": "審査", "filterCond": '額 > "0"'}
    kintone.put("preview/app/status", app=made, enable=True, states=states, actions=[step])
    views = {
        "一覧": {"type": "LIST", "index": 0, "fields": ["名前", "額"], "filterCond": CONDITION, "sort": "名前 asc"},
        "暦": {"type": "CALENDAR", "index": 1, "date": "期限", "title": "名前", "filterCond": 'ステータス = "受付"'},
    }
    kintone.put("preview/app/views", app=made, views=views)
    report = {
        "chartType": "TABLE",
        "index": 0,
        "groups": [{"code": "区分"}, {"code": "名前"}],
        "aggregations": [{"type": "SUM", "code": "額"}, {"type": "COUNT"}],
        "filterCond": CONDITION,
    }
    kintone.put("preview/app/reports", app=made, reports={"表": report})
    rights = [
        {"filterCond": '名前 = "秘"', "entities": [{**BY_FIELD, "viewable": True}]},
        {"filterCond": "", "entities": [{**EVERYONE, "viewable": True}]},
    ]
    kintone.put("preview/record/acl", app=made, rights=rights)
    kintone.put(
        "preview/field/acl",
        app=made,
        rights=[{"code": "名前", "entities": [{**BY_FIELD, "accessibility": "READ"}]}],
    )
    kintone.put("preview/app/notifications/general", app=made, notifications=[{**BY_FIELD, "recordAdded": True}])
    per_record = [{"filterCond": '名前 != ""', "title": "名前あり", "targets": [BY_FIELD, EVERYONE]}]
    kintone.put("preview/app/notifications/perRecord", app=made, notifications=per_record)
    reminders = [{"timing": {"code": "期限", "daysLater": 0, "time": "9:00"}, "title": "期限", "targets": [BY_FIELD]}]
    kintone.put("preview/app/notifications/reminder", app=made, notifications=reminders)
    mapping = {"srcType": "FIELD", "srcField": "名前", "destField": "名前"}
    action = {"index": 0, "destApp": {"app": made}, "mappings": [mapping], "filterCond": '名前 != ""'}
    kintone.put("preview/app/actions", app=made, actions={"写し": action})
    kintone.put("preview/app/settings", app=made, titleField={"selectionMode": "MANUAL", "code": "名前"})
    kintone.deploy(made)
    return made


def read(kintone: Kintone, app: int, name: str) -> dict:
    return kintone.get(f"preview/app/{name}", app=app)


def test_a_renamed_field_is_followed_everywhere(kintone: Kintone, app):
    change = {code: {"code": f"新{code}"} for code in ("名前", "額", "期限", "担当", "区分")}
    kintone.put(FIELDS, app=app, properties=change)
    listed, calendar = (read(kintone, app, "views")["views"][name] for name in ("一覧", "暦"))
    condition = '新区分 in ("A", "B") and 新期限 >= TODAY() and (新名前 like "課" or 新額 > 5)'
    assert (listed["fields"], listed["filterCond"], listed["sort"]) == (["新名前", "新額"], condition, "新名前 asc")
    assert (calendar["date"], calendar["title"]) == ("新期限", "新名前")
    report = read(kintone, app, "reports")["reports"]["表"]
    assert (report["groups"], report["filterCond"]) == ([{"code": "新区分"}, {"code": "新名前"}], condition)
    assert report["aggregations"][0]["code"] == "新額"
    right = kintone.get("preview/record/acl", app=app)["rights"][0]
    assert (right["filterCond"], right["entities"][0]["entity"]["code"]) == ('新名前 = "秘"', "新担当")
    right = kintone.get("preview/field/acl", app=app)["rights"][0]
    assert (right["code"], right["entities"][0]["entity"]["code"]) == ("新名前", "新担当")
    assert read(kintone, app, "notifications/general")["notifications"][0]["entity"]["code"] == "新担当"
    (notification,) = read(kintone, app, "notifications/perRecord")["notifications"]
    assert (notification["filterCond"], notification["targets"][0]["entity"]["code"]) == ('新名前 != ""', "新担当")
    (reminder,) = read(kintone, app, "notifications/reminder")["notifications"]
    assert (reminder["timing"]["code"], reminder["targets"][0]["entity"]["code"]) == ("新期限", "新担当")
    action = read(kintone, app, "actions")["actions"]["写し"]
    assert action["mappings"] == [{"srcType": "FIELD", "srcField": "新名前", "destField": "新名前"}]
    assert action["filterCond"] == '新名前 != ""'
    process = read(kintone, app, "status")
    assert process["states"]["審査"]["assignee"]["entities"][0]["entity"]["code"] == "新担当"
    assert process["actions"][0]["filterCond"] == '新額 > "0"'
    assert read(kintone, app, "settings")["titleField"]["code"] == "新名前"
    kintone.deploy(app)
    kintone.get("records", app=app, query=condition)


def test_two_fields_that_swap_their_codes_are_followed(kintone: Kintone, app):
    kintone.put(FIELDS, app=app, properties={"名前": {"code": "区分"}, "区分": {"code": "名前"}})
    listed = read(kintone, app, "views")["views"]["一覧"]
    assert listed["filterCond"] == '名前 in ("A", "B") and 期限 >= TODAY() and (区分 like "課" or 額 > 5)'


def test_a_renamed_option_is_followed_in_conditions(kintone: Kintone, app):
    kintone.put(FIELDS, app=app, properties={"区分": {"options": renamed(A='甲"乙\\')}})
    condition = '区分 in ("甲\\"乙\\\\", "B") and 期限 >= TODAY() and (名前 like "課" or 額 > 5)'
    assert read(kintone, app, "views")["views"]["一覧"]["filterCond"] == condition
    assert read(kintone, app, "reports")["reports"]["表"]["filterCond"] == condition
    kintone.deploy(app)
    kintone.get("records", app=app, query=condition)


def test_a_renamed_state_is_followed_in_conditions(kintone: Kintone, app):
    states = read(kintone, app, "status")["states"]
    states["受付"]["name"] = "受付済"
    kintone.put("preview/app/status", app=app, states=states)
    assert read(kintone, app, "views")["views"]["暦"]["filterCond"] == 'ステータス = "受付済"'


@pytest.mark.parametrize("deleted", ["option", "field"])
def test_what_is_gone_is_no_longer_asked_for(kintone: Kintone, app, deleted):
    if deleted == "option":
        kintone.put(FIELDS, app=app, properties={"区分": {"options": {"B": OPTIONS["B"]}}})
        condition = '区分 in ("B") and 期限 >= TODAY() and (名前 like "課" or 額 > 5)'
    else:
        kintone.delete(FIELDS, app=app, fields=["区分"])
        condition = '期限 >= TODAY() and (名前 like "課" or 額 > 5)'
        assert read(kintone, app, "reports")["reports"]["表"]["groups"] == [{"code": "名前"}]
    assert read(kintone, app, "views")["views"]["一覧"]["filterCond"] == condition
    kintone.deploy(app)
    kintone.get("records", app=app, query=condition)


def test_what_was_about_a_deleted_field_goes_with_it(kintone: Kintone, app):
    kintone.delete(FIELDS, app=app, fields=["名前", "期限", "担当"])
    listed, calendar = (read(kintone, app, "views")["views"][name] for name in ("一覧", "暦"))
    assert (listed["fields"], listed["filterCond"], listed["sort"]) == (["額"], '区分 in ("A", "B") and 額 > 5', "")
    assert (calendar["date"], calendar["title"]) == ("作成日時", "レコード番号")
    rights = kintone.get("preview/record/acl", app=app)["rights"]
    assert [right["filterCond"] for right in rights] == [""], "a right must not reach further than it did"
    assert kintone.get("preview/field/acl", app=app)["rights"] == []
    for name in ("general", "perRecord", "reminder"):
        assert read(kintone, app, f"notifications/{name}")["notifications"] == []
    assert read(kintone, app, "actions")["actions"]["写し"]["mappings"] == []
    assert read(kintone, app, "settings")["titleField"] == {"selectionMode": "AUTO", "code": ""}
    kintone.deploy(app)


def test_a_condition_of_a_process_step_holds_its_field(kintone: Kintone, app):
    errors = kintone.errors("DELETE", FIELDS, app=app, fields=["額"])
    assert errors == {"fields": ["プロセス管理のアクション「進める」の条件で使われているため、削除できません。"]}
    assert "額" in kintone.get(FIELDS, app=app)["properties"]


def test_switching_the_process_off_takes_it_out_of_conditions(kintone: Kintone, app):
    kintone.put("preview/app/status", app=app, enable=False)
    assert read(kintone, app, "views")["views"]["暦"]["filterCond"] == ""
    kintone.deploy(app)


@pytest.fixture
def reader(kintone: Kintone, app) -> int:
    """Another app in use that looks up the first, lists its records, and copies into it."""
    made = kintone.make_app()
    lookup = {
        "relatedApp": {"app": app},
        "relatedKeyField": "名前",
        "fieldMappings": [{"field": "写し額", "relatedField": "額"}],
        "lookupPickerFields": ["名前", "期限"],
        "filterCond": '区分 in ("A") and ステータス = "受付"',
        "sort": "名前 asc",
    }
    table = {
        "relatedApp": {"app": app},
        "condition": {"field": "写し額", "relatedField": "額"},
        "displayFields": ["名前", "額"],
        "filterCond": '区分 not in ("B")',
        "sort": "額 desc, 名前 asc",
    }
    kintone.add_fields(
        made,
        写し額={"type": "NUMBER"},
        参照={"type": "SINGLE_LINE_TEXT", "lookup": lookup},
        関連={"type": "REFERENCE_TABLE", "referenceTable": table},
    )
    mapping = {"srcType": "FIELD", "srcField": "写し額", "destField": "額"}
    action = {"index": 0, "destApp": {"app": app}, "mappings": [mapping]}
    kintone.put("preview/app/actions", app=made, actions={"転記": action})
    kintone.deploy(made)
    return made


@pytest.mark.parametrize("stage", ["", "preview/"])
def test_other_apps_follow_when_the_new_names_go_live(kintone: Kintone, app, reader, stage):
    kintone.put(
        FIELDS,
        app=app,
        properties={
            "名前": {"code": "氏名"},
            "額": {"code": "金額"},
            "区分": {"options": renamed(A="甲", B="乙")},
        },
    )
    states = read(kintone, app, "status")["states"]
    states["受付"]["name"] = "受付済"
    kintone.put("preview/app/status", app=app, states=states)
    before = kintone.get(f"{stage}app/form/fields", app=reader)
    assert before["properties"]["参照"]["lookup"]["relatedKeyField"] == "名前"
    kintone.deploy(app)
    after = kintone.get(f"{stage}app/form/fields", app=reader)
    lookup, table = after["properties"]["参照"]["lookup"], after["properties"]["関連"]["referenceTable"]
    assert (lookup["relatedKeyField"], lookup["lookupPickerFields"]) == ("氏名", ["氏名", "期限"])
    assert lookup["fieldMappings"] == [{"field": "写し額", "relatedField": "金額"}]
    assert (lookup["filterCond"], lookup["sort"]) == ('区分 in ("甲") and ステータス = "受付済"', "氏名 asc")
    assert table["condition"] == {"field": "写し額", "relatedField": "金額"}
    assert (table["displayFields"], table["filterCond"]) == (["氏名", "金額"], '区分 not in ("乙")')
    assert table["sort"] == "金額 desc, 氏名 asc"
    action = kintone.get(f"{stage}app/actions", app=reader)["actions"]["転記"]
    assert action["mappings"][0]["destField"] == "金額"
    assert after["revision"] == before["revision"]


def test_a_lookup_works_on_after_its_source_was_renamed(kintone: Kintone, app, reader):
    kintone.put("preview/field/acl", app=app, rights=[])
    kintone.deploy(app)
    kintone.post("record", app=app, record={"名前": {"value": "下妻"}, "額": {"value": "7"}})
    kintone.put(FIELDS, app=app, properties={"名前": {"code": "氏名"}, "額": {"code": "金額"}})
    kintone.deploy(app)
    number = kintone.post("record", app=reader, record={"参照": {"value": "下妻"}})["id"]
    assert kintone.get("record", app=reader, id=number)["record"]["写し額"]["value"] == "7"


@pytest.mark.parametrize(("field", "code"), [("名前", "GAIA_LO02"), ("額", "GAIA_LO02"), ("期限", "GAIA_LO02")])
def test_a_field_that_another_app_reads_stays(kintone: Kintone, app, reader, field, code):
    assert kintone.refused("DELETE", FIELDS, app=app, fields=[field]) == (400, code)


def test_the_condition_of_related_records_holds_its_field(kintone: Kintone, reader):
    assert kintone.refused("DELETE", FIELDS, app=reader, fields=["写し額"]) == (400, "GAIA_RE07")


def test_a_deleted_target_leaves_its_lookup(kintone: Kintone, reader):
    kintone.delete(FIELDS, app=reader, fields=["関連", "写し額"])
    assert kintone.get(FIELDS, app=reader)["properties"]["参照"]["lookup"]["fieldMappings"] == []
    kintone.deploy(reader)


def test_a_form_that_reads_itself_follows_its_own_renames(kintone: Kintone):
    app = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT", "unique": True}, 名={"type": "SINGLE_LINE_TEXT"})
    table = {
        "relatedApp": {"app": app},
        "condition": {"field": "番号", "relatedField": "番号"},
        "displayFields": ["名"],
        "filterCond": '名 != ""',
    }
    kintone.add_fields(app, 関連={"type": "REFERENCE_TABLE", "referenceTable": table})
    kintone.put(FIELDS, app=app, properties={"番号": {"code": "名"}, "名": {"code": "番号"}})
    found = kintone.get(FIELDS, app=app)["properties"]["関連"]["referenceTable"]
    assert (found["condition"], found["displayFields"]) == ({"field": "名", "relatedField": "名"}, ["番号"])
    assert found["filterCond"] == '番号 != ""'
    kintone.deploy(app)


def test_a_link_sent_with_the_rename_is_taken_in_the_new_names(kintone: Kintone):
    app = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT"}, 名={"type": "SINGLE_LINE_TEXT"})
    table = {
        "relatedApp": {"app": app},
        "condition": {"field": "番号", "relatedField": "番号"},
        "displayFields": ["名"],
    }
    kintone.add_fields(app, 関連={"type": "REFERENCE_TABLE", "referenceTable": table})
    change = {"番号": {"code": "名"}, "名": {"code": "番号"}, "関連": {"referenceTable": {"displayFields": ["名"]}}}
    kintone.put(FIELDS, app=app, properties=change)
    assert kintone.get(FIELDS, app=app)["properties"]["関連"]["referenceTable"]["displayFields"] == ["名"]


def test_a_formula_does_not_follow_and_is_refused_at_deploy(kintone: Kintone):
    app = kintone.live_app(額={"type": "NUMBER"}, 計={"type": "CALC", "expression": "額 * 2"})
    kintone.put(FIELDS, app=app, properties={"額": {"code": "金額"}})
    response = kintone.send("POST", "preview/app/deploy", {"apps": [{"app": app}]})
    assert (response.status_code, response.json["code"]) == (400, "GAIA_IL01")
    assert "計算式に含まれるフィールドコード（額）が存在しません。" in response.json["message"]
