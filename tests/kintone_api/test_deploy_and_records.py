"""What a deploy does with the records that are there."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

DEPLOY = "preview/app/deploy"
FIELDS = "preview/app/form/fields"


def options(*labels: str, **renamed: str) -> dict:
    """Options in this order, keyed by their former labels."""
    return {
        label: {"label": renamed.get(label, label), "index": str(position)} for position, label in enumerate(labels)
    }


def choice(kind: str, *labels: str, **settings: object) -> dict:
    return {"type": kind, "options": options(*labels), **settings}


def add(kintone: Kintone, app: int, **values: object) -> str:
    return kintone.post("record", app=app, record={code: {"value": value} for code, value in values.items()})["id"]


def values(kintone: Kintone, app: int, record_id: str = "1") -> dict[str, object]:
    record = kintone.get("record", app=app, id=record_id)["record"]
    return {code: cell["value"] for code, cell in record.items()}


def found(kintone: Kintone, app: int, query: str) -> list[str]:
    return [record["$id"]["value"] for record in kintone.get("records", app=app, query=query)["records"]]


def status(kintone: Kintone, app: int) -> str:
    return kintone.get(DEPLOY, **{"apps[0]": app})["apps"][0]["status"]


@pytest.mark.parametrize("kind", ["DROP_DOWN", "RADIO_BUTTON"])
def test_records_take_the_new_label_of_a_renamed_option(kintone: Kintone, kind):
    app = kintone.live_app(区分=choice(kind, "新規", "継続"))
    add(kintone, app, 区分="新規")
    add(kintone, app, 区分="継続")
    kintone.put(FIELDS, app=app, properties={"区分": {"options": options("新規", "継続", 新規="新しい")}})
    assert values(kintone, app)["区分"] == "新規"
    kintone.deploy(app)
    assert values(kintone, app)["区分"] == "新しい"
    assert found(kintone, app, '区分 in ("新しい")') == ["1"]
    assert found(kintone, app, '区分 in ("継続")') == ["2"]


@pytest.mark.parametrize("kind", ["CHECK_BOX", "MULTI_SELECT"])
def test_every_chosen_option_is_renamed_where_several_may_be_chosen(kintone: Kintone, kind):
    app = kintone.live_app(対象=choice(kind, "市", "県", "国"))
    add(kintone, app, 対象=["市", "国"])
    kintone.put(
        FIELDS, app=app, properties={"対象": {"options": options("市", "県", "国", 市="市町村", 国="国の機関")}}
    )
    kintone.deploy(app)
    assert values(kintone, app)["対象"] == ["市町村", "国の機関"]
    assert found(kintone, app, '対象 in ("国の機関")') == ["1"]


def test_two_options_may_swap_their_labels(kintone: Kintone):
    app = kintone.live_app(区分=choice("DROP_DOWN", "A", "B"))
    add(kintone, app, 区分="A")
    add(kintone, app, 区分="B")
    kintone.put(FIELDS, app=app, properties={"区分": {"options": options("A", "B", A="B", B="A")}})
    kintone.deploy(app)
    assert [values(kintone, app, record)["区分"] for record in ("1", "2")] == ["B", "A"]


def test_an_option_renamed_twice_before_the_deploy_is_still_the_same(kintone: Kintone):
    app = kintone.live_app(区分=choice("DROP_DOWN", "A", "B"))
    add(kintone, app, 区分="A")
    for former, label in (("A", "仮"), ("仮", "甲")):
        kintone.put(FIELDS, app=app, properties={"区分": {"options": options(former, "B", **{former: label})}})
    kintone.deploy(app)
    assert values(kintone, app)["区分"] == "甲"


def test_options_in_table_rows_are_renamed(kintone: Kintone):
    column = {**choice("DROP_DOWN", "A", "B"), "code": "種別", "label": "種別"}
    app = kintone.live_app(明細={"type": "SUBTABLE", "fields": {"種別": column}})
    rows = [{"value": {"種別": {"value": label}}} for label in ("A", "B", "A")]
    add(kintone, app, 明細=rows)
    change = {"明細": {"fields": {"種別": {"options": options("A", "B", A="甲")}}}}
    kintone.put(FIELDS, app=app, properties=change)
    kintone.deploy(app)
    shown = [row["value"]["種別"]["value"] for row in values(kintone, app)["明細"]]
    assert shown == ["甲", "B", "甲"]
    assert found(kintone, app, '種別 in ("甲")') == ["1"]


def test_a_deleted_option_stays_in_records_until_somebody_edits_the_field(kintone: Kintone):
    app = kintone.live_app(区分=choice("DROP_DOWN", "A", "B"), 備考={"type": "SINGLE_LINE_TEXT"})
    add(kintone, app, 区分="A")
    kintone.put(FIELDS, app=app, properties={"区分": {"options": options("B")}})
    kintone.deploy(app)
    kintone.put("record", app=app, id=1, record={"備考": {"value": "直した"}})
    assert values(kintone, app)["区分"] == "A"
    refused = kintone.errors("PUT", "record", app=app, id=1, record={"区分": {"value": "A"}})
    assert refused == {"record.区分.value": ['"A"は選択肢にありません。']}


def test_an_option_deleted_and_added_under_another_label_is_no_rename(kintone: Kintone):
    app = kintone.live_app(区分=choice("DROP_DOWN", "A", "B"))
    add(kintone, app, 区分="A")
    kintone.put(FIELDS, app=app, properties={"区分": {"options": options("B")}})
    kintone.put(FIELDS, app=app, properties={"区分": {"options": options("B", "C")}})
    kintone.deploy(app)
    assert values(kintone, app)["区分"] == "A"


def test_renaming_counts_no_revision_of_the_record(kintone: Kintone):
    app = kintone.live_app(区分=choice("DROP_DOWN", "A"))
    add(kintone, app, 区分="A")
    kintone.put(FIELDS, app=app, properties={"区分": {"options": options("A", A="甲")}})
    kintone.deploy(app)
    assert values(kintone, app)["$revision"] == "1"


def test_a_default_follows_its_renamed_option_and_goes_with_a_deleted_one(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(
        app,
        一つ=choice("DROP_DOWN", "A", "B", defaultValue="A"),
        複数=choice("CHECK_BOX", "A", "B", defaultValue=["A", "B"]),
        必ず=choice("RADIO_BUTTON", "A", "B", defaultValue="A"),
    )
    kintone.put(FIELDS, app=app, properties={"一つ": {"options": options("A", "B", A="甲")}})
    kintone.put(
        FIELDS, app=app, properties={"複数": {"options": options("A", A="甲")}, "必ず": {"options": options("B")}}
    )
    found_ = kintone.get(FIELDS, app=app)["properties"]
    assert [found_[code]["defaultValue"] for code in ("一つ", "複数", "必ず")] == ["甲", ["甲"], "B"]


def test_the_values_of_a_deleted_field_are_gone_also_when_its_code_returns(kintone: Kintone):
    app = kintone.live_app(電話={"type": "SINGLE_LINE_TEXT"}, 名前={"type": "SINGLE_LINE_TEXT"})
    add(kintone, app, 電話="029-000-0000", 名前="佐藤")
    kintone.delete(FIELDS, app=app, fields=["電話"])
    kintone.deploy(app)
    assert "電話" not in values(kintone, app)
    kintone.add_fields(app, 電話={"type": "SINGLE_LINE_TEXT"})
    kintone.deploy(app)
    assert (values(kintone, app)["電話"], values(kintone, app)["名前"]) == ("", "佐藤")
    assert found(kintone, app, '電話 = "029-000-0000"') == []


def test_a_field_deleted_and_added_again_in_one_deploy_is_a_new_one(kintone: Kintone):
    app = kintone.live_app(額={"type": "SINGLE_LINE_TEXT"})
    add(kintone, app, 額="千円")
    kintone.delete(FIELDS, app=app, fields=["額"])
    kintone.add_fields(app, 額={"type": "NUMBER"})
    kintone.deploy(app)
    assert values(kintone, app)["額"] == ""


@pytest.mark.parametrize("deleted", ["明細", "数量"])
def test_a_table_or_a_column_goes_with_its_values(kintone: Kintone, deleted):
    columns = {code: {"type": "NUMBER", "code": code, "label": code} for code in ("数量", "単価")}
    app = kintone.live_app(明細={"type": "SUBTABLE", "fields": columns})
    add(kintone, app, 明細=[{"value": {"数量": {"value": "2"}, "単価": {"value": "5"}}}])
    kintone.delete(FIELDS, app=app, fields=[deleted])
    kintone.deploy(app)
    left = [row["value"] for row in values(kintone, app).get("明細", [])]
    assert left == ([] if deleted == "明細" else [{"単価": {"type": "NUMBER", "value": "5"}}])


def test_an_added_field_is_empty_in_records_that_were_there(kintone: Kintone):
    app = kintone.live_app(名前={"type": "SINGLE_LINE_TEXT"})
    add(kintone, app, 名前="佐藤")
    kintone.add_fields(
        app,
        区分=choice("DROP_DOWN", "A", defaultValue="A"),
        対象=choice("CHECK_BOX", "A", defaultValue=["A"]),
        日={"type": "DATE", "defaultNowValue": True},
        合計={"type": "CALC", "expression": "1+1"},
    )
    kintone.deploy(app)
    found_ = values(kintone, app)
    assert [found_[code] for code in ("区分", "対象", "日", "合計")] == [None, [], None, ""]
    kintone.put("record", app=app, id=1, record={})
    assert values(kintone, app)["合計"] == "2"


def test_a_result_in_another_unit_is_no_longer_found_by_its_old_number(kintone: Kintone):
    app = kintone.live_app(元={"type": "NUMBER"}, 計={"type": "CALC", "expression": "元", "format": "NUMBER"})
    add(kintone, app, 元="90061")
    kintone.put(FIELDS, app=app, properties={"計": {"format": "HOUR_MINUTE"}})
    kintone.deploy(app)
    assert found(kintone, app, '計 > "25:00"') == []
    kintone.put("record", app=app, id=1, record={})
    assert values(kintone, app)["計"] == "25:01"
    assert found(kintone, app, '計 > "25:00"') == ["1"]


STATES = {
    "未処理": {"index": 0, "assignee": {"type": "ONE", "entities": []}},
    "審査中": {"index": 1, "assignee": {"type": "ONE", "entities": []}},
    "完了": {"index": 2, "assignee": {"type": "ONE", "entities": []}},
}
ACTIONS = [
    {"name": "審査へ", "from": "未処理", "to": "審査中"},
    {"name": "終わる", "from": "審査中", "to": "完了"},
]


@pytest.fixture
def in_process(kintone: Kintone) -> int:
    """An app with a process: record 1 is under review, record 2 untouched."""
    app = kintone.make_app()
    kintone.put("preview/app/status", app=app, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(app)
    for _ in range(2):
        add(kintone, app)
    kintone.put("record/status", app=app, id=1, action="審査へ")
    return app


def test_records_stay_in_their_state_when_it_is_renamed(kintone: Kintone, in_process):
    renamed = {**STATES, "審査中": {**STATES["審査中"], "name": "審査"}, "未処理": {**STATES["未処理"], "name": "受付"}}
    kintone.put("preview/app/status", app=in_process, states=renamed)
    kintone.deploy(in_process)
    assert [values(kintone, in_process, record)["ステータス"] for record in ("1", "2")] == ["審査", "受付"]
    assert found(kintone, in_process, 'ステータス = "審査"') == ["1"]
    kintone.put("record/status", app=in_process, id=1, action="終わる")
    assert values(kintone, in_process)["ステータス"] == "完了"


def test_a_state_that_records_are_in_can_t_be_deleted(kintone: Kintone, in_process):
    left = {name: state for name, state in STATES.items() if name != "審査中"}
    errors = kintone.errors("PUT", "preview/app/status", app=in_process, states=left, actions=[])
    assert set(errors) == {"states[審査中]"}


def test_a_state_without_records_can_be_deleted(kintone: Kintone, in_process):
    left = {name: state for name, state in STATES.items() if name != "完了"}
    kintone.put("preview/app/status", app=in_process, states=left, actions=ACTIONS[:1])
    kintone.deploy(in_process)
    assert set(kintone.get("app/status", app=in_process)["states"]) == {"未処理", "審査中"}


def test_a_record_that_entered_a_deleted_state_meanwhile_fails_the_deploy(kintone: Kintone, in_process):
    left = {name: state for name, state in STATES.items() if name != "完了"}
    kintone.put("preview/app/status", app=in_process, states=left, actions=ACTIONS[:1])
    kintone.put("record/status", app=in_process, id=1, action="終わる")
    kintone.deploy(in_process)
    assert status(kintone, in_process) == "FAIL"
    assert "完了" in kintone.get("app/status", app=in_process)["states"]


def test_records_keep_their_state_while_the_process_is_off(kintone: Kintone, in_process):
    kintone.put("preview/app/status", app=in_process, enable=False)
    kintone.deploy(in_process)
    assert "ステータス" not in values(kintone, in_process)
    kintone.put("preview/app/status", app=in_process, enable=True)
    kintone.deploy(in_process)
    assert values(kintone, in_process)["ステータス"] == "審査中"


def test_a_text_of_exactly_the_length_an_index_holds_is_not_too_long(kintone: Kintone):
    app = kintone.live_app(文={"type": "SINGLE_LINE_TEXT"})
    add(kintone, app, 文="あ" * 255)
    add(kintone, app, 文="い" * 300)
    for longest, ending in (("255", "FAIL"), ("299", "FAIL"), ("300", "SUCCESS")):
        kintone.put(FIELDS, app=app, properties={"文": {"maxLength": longest}})
        kintone.deploy(app)
        assert status(kintone, app) == ending
    kintone.delete("records", app=app, ids=[2])
    kintone.put(FIELDS, app=app, properties={"文": {"maxLength": "255"}})
    kintone.deploy(app)
    assert status(kintone, app) == "SUCCESS"


@pytest.mark.parametrize(("kind", "same"), [("NUMBER", ("1.50", "1.5")), ("DATE", ("2026-04-01", "2026-04-01"))])
def test_equal_values_can_t_become_unique(kintone: Kintone, kind, same):
    app = kintone.live_app(値={"type": kind})
    for value in ("", "", *same):
        add(kintone, app, 値=value)
    kintone.put(FIELDS, app=app, properties={"値": {"unique": True}})
    kintone.deploy(app)
    assert status(kintone, app) == "FAIL"
    kintone.delete("records", app=app, ids=[4])
    kintone.deploy(app)
    assert status(kintone, app) == "SUCCESS"
