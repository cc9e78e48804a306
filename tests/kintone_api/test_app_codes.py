"""The code of an app: who may set it, what it may be, and where it shows."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError, NoPrivilegeError
from marketplace.sandbox.settings.app_code import set_app_code
from tests.kintone_api.conftest import SITE, Kintone

ADMIN = Caller(site_id=SITE, code="admin", name="管理者", is_admin=True)


@pytest.fixture
def give(sessions: Sessions):
    """Give an app a code."""

    def make(app: int, code: str, caller: Caller = ADMIN) -> None:
        with unit_of_work(sessions) as (session, _):
            set_app_code(session, caller, app, code)

    return make


def test_a_code_stands_before_the_record_numbers(kintone: Kintone, give):
    app = kintone.live_app(件名={"type": "SINGLE_LINE_TEXT"})
    kintone.post("record", app=app, record={})
    give(app, "HOJO")
    assert kintone.get("app", id=app)["code"] == "HOJO"
    assert kintone.get("record", app=app, id=1)["record"]["レコード番号"]["value"] == "HOJO-1"
    for query in ('レコード番号 = "HOJO-1"', "レコード番号 = 1", 'レコード番号 in ("HOJO-1")'):
        assert len(kintone.get("records", app=app, query=query)["records"]) == 1


def test_a_lookup_by_record_number_takes_the_code(kintone: Kintone, give):
    source = kintone.live_app(件名={"type": "SINGLE_LINE_TEXT"})
    kintone.post("record", app=source, record={"件名": {"value": "防災倉庫"}})
    give(source, "SOKO")
    lookup = {
        "relatedApp": {"app": source},
        "relatedKeyField": "レコード番号",
        "fieldMappings": [{"field": "名称", "relatedField": "件名"}],
    }
    app = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT", "lookup": lookup}, 名称={"type": "SINGLE_LINE_TEXT"})
    record = kintone.post("record", app=app, record={"番号": {"value": "SOKO-1"}})["id"]
    assert kintone.get("record", app=app, id=record)["record"]["名称"]["value"] == "防災倉庫"


def test_a_list_finds_apps_by_their_codes(kintone: Kintone, give):
    first, second = kintone.live_app(), kintone.live_app()
    give(first, "A-1")
    give(second, "a-1")
    assert [app["appId"] for app in kintone.get("apps", **{"codes[0]": "A-1"})["apps"]] == [str(first)]
    give(first, "")
    assert kintone.get("apps", **{"codes[0]": "A-1"})["apps"] == []


@pytest.mark.parametrize("code", ["あ", "A B", "A.B", "A" * 65, "A\n"])
def test_a_code_has_plain_letters_and_digits(kintone: Kintone, give, code):
    app = kintone.live_app()
    with pytest.raises(InvalidInputError) as refused:
        give(app, code)
    assert set(refused.value.errors) == {"code"}


def test_two_apps_have_different_codes(kintone: Kintone, give):
    space = kintone.make_space()
    first, second = kintone.make_app(space=space), kintone.live_app()
    give(first, "HOJO")
    with pytest.raises(InvalidInputError):
        give(second, "HOJO")
    give(first, "HOJO")
    kintone.delete("space", id=space)
    give(second, "HOJO")


def test_who_does_not_manage_an_app_gives_it_no_code(kintone: Kintone, give):
    app = kintone.live_app()
    with pytest.raises(NoPrivilegeError):
        give(app, "HOJO", Caller(site_id=SITE, code="sato", name="佐藤"))
