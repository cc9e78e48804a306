"""Rights as the API enforces, writes and evaluates them."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

EVERYONE = {"type": "GROUP", "code": "everyone"}
ALL = ("viewable", "editable", "deletable")


def right(condition: str, *entities: dict) -> dict:
    return {"filterCond": condition, "entities": list(entities)}


def entity(kind: str, code: str, *acts: str) -> dict:
    return {"entity": {"type": kind, "code": code}, **{act: act in acts for act in ALL}}


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app with three records, seen by everyone."""
    made = kintone.live_app(
        名前={"type": "SINGLE_LINE_TEXT", "unique": True}, 金額={"type": "NUMBER"}, 添付={"type": "FILE"},
        表={"type": "SUBTABLE", "fields": {"数": {"type": "NUMBER", "code": "数", "label": "数"}}},
        計={"type": "CALC", "expression": "金額*2"},
    )  # fmt: skip
    for number in (1, 2, 3):
        kintone.post("record", app=made, record={"名前": {"value": f"件{number}"}, "金額": {"value": number * 100}})
    return made


def test_rights_written_live_count_at_once(kintone: Kintone, as_sato: Kintone, app):
    answer = kintone.put("record/acl", app=app, rights=[right("金額 > 150", entity("USER", "admin", *ALL))])
    assert answer == {"revision": kintone.get("record/acl", app=app)["revision"]}
    found = as_sato.get("records", app=app, totalCount="true")
    assert ([record["$id"]["value"] for record in found["records"]], found["totalCount"]) == (["1"], "1")
    assert as_sato.refused("GET", "record", app=app, id=2) == (403, "CB_NO02")
    assert as_sato.refused("PUT", "record", app=app, id=2, record={}) == (403, "CB_NO02")
    assert as_sato.refused("DELETE", "records", app=app, ids=[1, 2]) == (403, "CB_NO02")
    assert as_sato.refused("GET", "record", app=app, id=99) == (404, "GAIA_RE01")


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("app/acl", [{"entity": {"type": "CREATOR"}, "appEditable": True, "recordViewable": True}]),
        ("record/acl", [right("", entity("GROUP", "everyone", "viewable"))]),
        ("field/acl", [{"code": "金額", "entities": [{"entity": EVERYONE, "accessibility": "READ"}]}]),
    ],
)
def test_writing_rights_live_puts_all_that_is_prepared_into_use(kintone: Kintone, app, name, rights):
    kintone.put("preview/app/settings", app=app, name="新しい名前")
    kintone.put(name, app=app, rights=rights)
    assert kintone.get("app", id=app)["name"] == "新しい名前"
    assert len(kintone.get(name, app=app)["rights"]) == 1
    assert kintone.get(name, app=app)["revision"] == kintone.get(f"preview/{name}", app=app)["revision"]


def test_writing_rights_live_needs_an_app_in_use_and_the_right_to_manage(kintone: Kintone, as_sato: Kintone, app):
    fresh = kintone.make_app()
    assert kintone.refused("PUT", "record/acl", app=fresh, rights=[]) == (404, "GAIA_AP01")
    assert as_sato.refused("PUT", "record/acl", app=app, rights=[]) == (403, "CB_NO02")
    assert kintone.refused("PUT", "record/acl", app=app, rights=[], revision=1) == (409, "GAIA_CO03")
    assert kintone.errors("PUT", "record/acl", app=app) == {"rights": ["必須です。"]}


def test_prepared_settings_that_records_contradict_refuse_the_rights_too(kintone: Kintone, app):
    kintone.put("preview/app/form/fields", app=app, properties={"名前": {"type": "SINGLE_LINE_TEXT", "maxLength": "1"}})
    (message,) = kintone.errors("PUT", "field/acl", app=app, rights=[])["app"]
    assert "名前" in message
    closing = [right("", entity("USER", "admin"))]
    assert kintone.refused("PUT", "record/acl", app=app, rights=closing) == (400, "CB_VA01")
    assert kintone.get("record/acl", app=app)["rights"] == []


def test_a_hidden_field_does_not_exist_and_one_to_read_stays(kintone: Kintone, as_sato: Kintone, app):
    hidden = {"code": "金額", "entities": [{"entity": EVERYONE, "accessibility": "NONE"}]}
    read = {"code": "名前", "entities": [{"entity": EVERYONE, "accessibility": "READ"}]}
    kintone.put("field/acl", app=app, rights=[hidden, read])
    assert "金額" not in as_sato.get("record", app=app, id=1)["record"]
    assert as_sato.send("GET", "records", query_string={"app": app, "query": "金額 > 1"}).json["code"] == "GAIA_IQ11"
    assert as_sato.refused("PUT", "record", app=app, id=1, record={"名前": {"value": "別"}}) == (403, "GAIA_FU01")
    as_sato.put("record", app=app, id=1, record={"名前": {"value": "件1"}})


def test_one_refusal_in_a_bulk_request_undoes_all(kintone: Kintone, as_sato: Kintone, app):
    kintone.put("record/acl", app=app, rights=[right("金額 > 150", entity("USER", "admin", *ALL))])
    requests = [
        {"method": "PUT", "api": "/k/v1/record.json", "payload": {"app": app, "id": number, "record": {}}}
        for number in (1, 2)
    ]
    response = as_sato.send("POST", "bulkRequest", {"requests": requests})
    assert (response.status_code, response.json["results"][1]["code"]) == (403, "CB_NO02")
    assert kintone.get("record", app=app, id=1)["record"]["$revision"]["value"] == "1"


def test_rights_are_evaluated_record_by_record(kintone: Kintone, as_sato: Kintone, app):
    mine, theirs = entity("USER", "sato", "viewable"), entity("USER", "admin", *ALL)
    kintone.put("record/acl", app=app, rights=[right("金額 > 250", theirs), right("金額 > 150", mine)])
    field = {"code": "金額", "entities": [{"entity": EVERYONE, "accessibility": "READ"}]}
    kintone.put("field/acl", app=app, rights=[field])
    wanted = {f"ids[{position}]": number for position, number in enumerate((1, 2, 3))}
    first, second, third = as_sato.get("records/acl/evaluate", app=app, **wanted)["rights"]
    assert first["id"] == "1"
    assert first["record"] == dict.fromkeys(ALL, True)
    assert second["record"] == {"viewable": True, "editable": False, "deletable": False}
    assert third["record"] == dict.fromkeys(ALL, False)
    assert first["fields"]["金額"] == {"viewable": True, "editable": False}
    assert first["fields"]["数"] == {"viewable": True, "editable": True}
    system = {"レコード番号", "作成者", "作成日時", "更新者", "更新日時"}
    assert set(first["fields"]) == {"名前", "金額", "添付", "表", "数"} | system
    assert second["fields"]["名前"] == {"viewable": True, "editable": False}
    assert third["fields"]["名前"] == {"viewable": False, "editable": False}


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"ids": [99]}, (404, "GAIA_RE01")), ({"ids": [2**40]}, (404, "GAIA_RE01")), ({}, (400, "CB_VA01")),
        ({"ids": list(range(1, 102))}, (400, "CB_VA01")), ({"ids": ["x"]}, (400, "CB_VA01")),
        ({"ids": [1], "app": 99}, (404, "GAIA_AP01")),
    ],
)  # fmt: skip
def test_what_can_t_be_evaluated_is_refused(kintone: Kintone, app, parameters, refusal):
    assert kintone.refused("GET", "records/acl/evaluate", **{"app": app, **parameters}) == refusal


def test_rights_on_records_follow_a_field_that_is_renamed(kintone: Kintone, as_sato: Kintone, app):
    rights = [right('金額 > 150 and (名前 = "件2" or 金額 > 250)', entity("FIELD_ENTITY", "作成者", *ALL))]
    kintone.put("preview/record/acl", app=app, rights=rights)
    renamed = {"金額": {"code": "申請額"}, "作成者": {"code": "起票者"}, "計": {"expression": "申請額*2"}}
    kintone.put("preview/app/form/fields", app=app, properties=renamed)
    kintone.deploy(app)
    (kept,) = kintone.get("record/acl", app=app)["rights"]
    assert kept["filterCond"] == '申請額 > 150 and (名前 = "件2" or 申請額 > 250)'
    assert kept["entities"][0]["entity"]["code"] == "起票者"
    assert [record["$id"]["value"] for record in as_sato.get("records", app=app)["records"]] == ["1"]


def test_whoever_may_only_see_runs_actions(kintone: Kintone, as_sato: Kintone, app):
    nobody = {"type": "ONE", "entities": []}
    states = {"未": {"index": "0", "assignee": nobody}, "済": {"index": "1", "assignee": nobody}}
    kintone.put(
        "preview/app/status", app=app, enable=True, states=states, actions=[{"name": "終", "from": "未", "to": "済"}]
    )
    kintone.put("app/acl", app=app, rights=[{"entity": EVERYONE, "recordViewable": True}])
    assert as_sato.put("record/status", app=app, id=1, action="終") == {"revision": "3"}
    assert as_sato.refused("PUT", "record/assignees", app=app, id=1, assignees=[]) == (403, "CB_NO02")
    assert as_sato.refused("PUT", "record", app=app, id=1, record={}) == (403, "CB_NO02")
