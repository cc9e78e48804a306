"""A body for every API that the service accepts, for tests that spoil them leaf by leaf."""

from __future__ import annotations

from typing import Any

from tests.kintone_api.conftest import Kintone
from tests.kintone_api.test_parts import ACTIONS, NUMBERED, ROUND_TRIPS, STATES, VIEWS

TEXT = {"type": "SINGLE_LINE_TEXT"}
OPTIONS = {label: {"label": label, "index": str(index)} for index, label in enumerate("甲乙")}
GUEST = {"name": "外部 花子", "code": "hanako@example.com", "password": "abc123", "timezone": "Asia/Tokyo"}
ADMIN = {"entity": {"type": "USER", "code": "admin"}, "isAdmin": True}


def make_app(kintone: Kintone) -> int:
    """Make an app with a field of most kinds, a process and two records."""
    app = kintone.live_app(
        名前={**TEXT, "unique": True}, 期限={"type": "DATE"}, 担当={"type": "USER_SELECT"}, 数={"type": "NUMBER"},
        色={"type": "CHECK_BOX", "options": OPTIONS}, 倍={"type": "CALC", "expression": "数*2"},
        明細={"type": "SUBTABLE", "fields": {"品名": {**TEXT, "code": "品名", "label": "品名"}}},
    )  # fmt: skip
    kintone.put("preview/app/status", app=app, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(app)
    kintone.post("records", app=app, records=[{"名前": {"value": name}} for name in ("一", "二")])
    return app


def record(name: str) -> dict[str, Any]:
    """Return the cells of a record of every kind."""
    return {
        "名前": {"value": name},
        "期限": {"value": "2026-04-01"},
        "担当": {"value": [{"code": "sato"}]},
        "数": {"value": "1.5"},
        "色": {"value": ["甲"]},
        "明細": {"value": [{"id": "1", "value": {"品名": {"value": "紙"}}}]},
    }


def record_bodies(app: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Return bodies of the APIs of records."""
    query = '名前 = "一" and 期限 >= FROM_TODAY(-1, MONTHS) order by 数 desc, $id asc limit 10 offset 0'
    bulk = [
        {"method": "POST", "api": "/k/v1/record.json", "payload": {"app": app, "record": record("五")}},
        {"method": "DELETE", "api": "/k/v1/records.json", "payload": {"app": app, "ids": ["2"], "revisions": [None]}},
    ]
    change = {"app": app, "id": "1", "revision": "-1"}
    return {
        ("GET", "record"): {"app": app, "id": "1"},
        ("POST", "record"): {"app": app, "record": record("三")},
        ("PUT", "record"): {**change, "record": record("一")},
        ("GET", "records"): {"app": app, "query": query, "fields": ["名前", "$id"], "totalCount": True},
        ("POST", "records"): {"app": app, "records": [record("六"), record("七")]},
        ("PUT", "records"): {
            "app": app, "upsert": True,
            "records": [{"updateKey": {"field": "名前", "value": "八"}, "record": {"数": {"value": 2}}, "revision": 1}],
        },
        ("DELETE", "records"): {"app": app, "ids": ["2"], "revisions": ["-1"]},
        ("PUT", "record/status"): {**change, "action": "審査へ", "assignee": None},
        ("PUT", "records/status"): {"app": app, "records": [{"id": "1", "action": "審査へ", "revision": "-1"}]},
        ("PUT", "record/assignees"): {**change, "assignees": ["sato"]},
        ("POST", "bulkRequest"): {"requests": bulk},
        ("POST", "record/comment"): {
            "app": app, "record": "1", "comment": {"text": "確認", "mentions": [{"code": "sato", "type": "USER"}]},
        },
        ("GET", "record/comments"): {"app": app, "record": "1", "order": "asc", "offset": 0, "limit": 10},
        ("POST", "records/cursor"): {"app": app, "fields": ["名前"], "query": "order by $id asc", "size": 1},
        ("GET", "records/acl/evaluate"): {"app": app, "ids": ["1"]},
    }  # fmt: skip


def settings_bodies(app: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Return bodies of the APIs of settings."""
    by_part = {
        ("PUT", f"preview/{name}"): {"app": app, "revision": "-1", **document} for name, document in ROUND_TRIPS.items()
    }
    field = {**TEXT, "code": "新", "label": "新", "maxLength": "10", "defaultValue": "x"}
    choice = {"type": "DROP_DOWN", "code": "選", "label": "選", "options": OPTIONS, "defaultValue": "甲"}
    link = {
        "relatedApp": {"app": app}, "relatedKeyField": "名前", "lookupPickerFields": ["数"], "sort": "数 asc",
        "fieldMappings": [{"field": "新", "relatedField": "名前"}], "filterCond": '名前 != ""',
    }  # fmt: skip
    return by_part | {
        ("POST", "preview/app"): {"name": "新しいアプリ"},
        ("GET", "apps"): {"ids": [app], "codes": [], "name": "申請", "limit": 10, "offset": 0},
        ("POST", "preview/app/form/fields"): {
            "app": app,
            "properties": {"新": field, "選": choice, "引": {**TEXT, "code": "引", "label": "引", "lookup": link}},
        },
        ("PUT", "preview/app/form/fields"): {"app": app, "properties": {"数": {"type": "NUMBER", "code": "個数"}}},
        ("DELETE", "preview/app/form/fields"): {"app": app, "fields": ["色"]},
        ("PUT", "preview/app/settings"): {
            "app": app, "name": "改名", "icon": {"type": "PRESET", "key": "APP1"},
            "titleField": {"selectionMode": "MANUAL", "code": "名前"},
            "numberPrecision": {"digits": "16", "decimalPlaces": "4", "roundingMode": "UP"},
        },
        ("PUT", "preview/app/views"): {"app": app, "views": VIEWS},
        ("PUT", "preview/app/status"): {"app": app, "enable": True, "states": STATES, "actions": ACTIONS},
        ("PUT", "preview/app/reports"): {"app": app, "reports": NUMBERED["reports"]},
        ("PUT", "preview/app/actions"): {"app": app, "actions": NUMBERED["actions"]},
        ("POST", "preview/app/deploy"): {"apps": [{"app": app, "revision": "-1"}], "revert": False},
        ("GET", "preview/app/deploy"): {"apps": [app]},
    }  # fmt: skip


def site_bodies(space: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Return bodies of the APIs of spaces and guests."""
    return {
        ("POST", "template/space"): {"id": 1, "name": "防災", "members": [ADMIN], "isPrivate": True},
        ("PUT", "space"): {"id": space, "name": "防災課", "permissions": {"createApp": "ADMIN"}},
        ("PUT", "space/body"): {"id": space, "body": "<b>お知らせ</b>"},
        ("PUT", "space/members"): {"id": space, "members": [ADMIN]},
        ("POST", "guests"): {"guests": [GUEST]},
        ("GET", "apps/statistics"): {"limit": 10, "offset": 0},
    }
