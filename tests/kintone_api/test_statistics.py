"""The numbers of spaces and apps over the API."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.fakes import FixedClock
from tests.kintone_api.conftest import Kintone
from tests.kintone_api.test_plugins import install

PERSON = {"code": "admin", "name": "管理者"}
MOMENT = "2026-11-23T01:30:00.000Z"


def test_a_space_is_told_with_its_people(kintone: Kintone):
    kintone.make_space("防災", "sato")
    everyone = {"entity": {"type": "GROUP", "code": "everyone"}, "isAdmin": True}
    kintone.post("template/space", id=1, name="全庁", members=[everyone], isGuest=True)
    assert kintone.get("spaces/statistics")["spaces"] == [
        {
            "id": "1",
            "name": "防災",
            "administratorCount": "1",
            "memberCount": "2",
            "isPrivate": False,
            "isGuest": False,
            "creator": PERSON,
            "createdAt": MOMENT,
            "modifier": PERSON,
            "modifiedAt": MOMENT,
        },
        {
            "id": "2",
            "name": "全庁",
            "administratorCount": "4",
            "memberCount": "4",
            "isPrivate": True,
            "isGuest": True,
            "creator": PERSON,
            "createdAt": MOMENT,
            "modifier": PERSON,
            "modifiedAt": MOMENT,
        },
    ]
    assert [each["id"] for each in kintone.get("spaces/statistics", offset=1, limit=1)["spaces"]] == ["2"]


def test_an_app_is_told_with_what_is_in_it(kintone: Kintone, clock: FixedClock):
    space = kintone.make_space()
    table = {"type": "SUBTABLE", "fields": {"写真": {"type": "FILE", "code": "写真", "label": "写真"}}}
    app = kintone.make_app("台帳", space=space)
    kintone.add_fields(app, 件名={"type": "SINGLE_LINE_TEXT"}, 添付={"type": "FILE"}, 明細=table)
    kintone.deploy(app)
    clock.advance(minutes=5)
    photo = {"value": {"写真": {"value": [{"fileKey": kintone.upload(b"12345")}]}}}
    files = {"value": [{"fileKey": kintone.upload(b"123")}]}
    kintone.post("record", app=app, record={"添付": files, "明細": {"value": [photo]}})
    kintone.post("record", app=app, record={})
    assert kintone.get("apps/statistics")["apps"] == [
        {
            "id": "1",
            "name": "台帳",
            "space": {"id": "1", "name": "防災"},
            "appGroup": "Public",
            "status": "ACTIVATED",
            "recordUpdatedAt": "2026-11-23T01:35:00.000Z",
            "recordCount": "2",
            "fieldCount": "4",
            "dailyRequestCount": "0",
            "storageUsage": "8",
            "customized": False,
            "creator": PERSON,
            "createdAt": MOMENT,
            "modifier": PERSON,
            "modifiedAt": MOMENT,
        }
    ]


def test_the_state_of_an_app_is_told(kintone: Kintone):
    waiting, used, changed = kintone.make_app(), kintone.live_app(), kintone.live_app()
    kintone.put("preview/app/settings", app=changed, theme="RED")
    plugin = install(kintone)
    kintone.post("preview/app/plugins", app=used, ids=[plugin])
    kintone.deploy(used)
    found = kintone.get("apps/statistics")["apps"]
    assert [(each["status"], each["customized"]) for each in found] == [
        ("NOT_ACTIVATED", False),
        ("ACTIVATED", True),
        ("CHANGED", False),
    ]
    assert found[0]["id"] == str(waiting)
    assert found[0]["space"] is None
    assert found[0]["recordUpdatedAt"] == MOMENT


@pytest.mark.parametrize("name", ["apps/statistics", "spaces/statistics"])
def test_the_numbers_are_for_administrators(kintone: Kintone, as_sato: Kintone, name):
    assert as_sato.refused("GET", name) == (403, "CB_NO02")
    assert set(kintone.errors("GET", name, limit=101)) == {"limit"}
    assert set(kintone.errors("GET", name, offset=-1)) == {"offset"}


@pytest.mark.parametrize("name", ["apps/statistics", "spaces/statistics", "apps"])
def test_the_numbers_of_many_take_as_many_queries_as_those_of_one(kintone: Kintone, name):
    def count_queries() -> int:
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            statements.append(statement)

        engine = kintone.app.sessions.engine
        event.listen(engine, "before_cursor_execute", note)
        kintone.get(name)
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    def add() -> None:
        app = kintone.make_app(space=kintone.make_space(isPrivate=True))
        kintone.add_fields(app, 添付={"type": "FILE"})
        kintone.deploy(app)
        kintone.post("record", app=app, record={"添付": {"value": [{"fileKey": kintone.upload(b"1")}]}})

    add()
    before = count_queries()
    add()
    assert count_queries() == before
