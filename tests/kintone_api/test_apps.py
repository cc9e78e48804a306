"""Apps over the API: creation, information, lists."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.fakes import FixedClock
from tests.kintone_api.conftest import Kintone


def test_a_new_app_gets_the_next_number_and_the_first_revision(kintone: Kintone):
    assert kintone.post("preview/app", name="一") == {"app": "1", "revision": "1"}
    assert kintone.post("preview/app", name="二") == {"app": "2", "revision": "1"}


@pytest.mark.parametrize("name", [None, "", "あ" * 65, 5.5, []])
def test_a_name_has_1_to_64_letters(kintone: Kintone, name):
    assert set(kintone.errors("POST", "preview/app", name=name)) == {"name"}


def test_an_app_tells_who_made_it_and_when(kintone: Kintone, clock: FixedClock):
    app = kintone.live_app()
    assert kintone.get("app", id=app) == {
        "appId": "1",
        "code": "",
        "name": "補助金申請",
        "description": "",
        "createdAt": "2026-11-23T01:30:00.000Z",
        "creator": {"code": "admin", "name": "管理者"},
        "modifiedAt": "2026-11-23T01:30:00.000Z",
        "modifier": {"code": "admin", "name": "管理者"},
        "spaceId": None,
        "threadId": None,
    }


def test_an_app_in_preparation_is_in_no_list(kintone: Kintone):
    kintone.make_app()
    assert kintone.get("apps") == {"apps": []}
    assert kintone.send("GET", "app", query_string={"id": 1}).status_code == 404


def test_a_missing_number_is_named_as_the_api_calls_it(kintone: Kintone):
    assert kintone.errors("GET", "app") == {"id": ["必須です。"]}


@pytest.fixture
def three(kintone: Kintone) -> None:
    """Three apps in use."""
    for name in ("Alpha", "beta 申請", "申請 GAMMA"):
        kintone.deploy(kintone.make_app(name))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["1", "2", "3"]),
        ({"ids[0]": 1, "ids[1]": 3}, ["1", "3"]),
        ({"name": "申請"}, ["2", "3"]),
        ({"name": "ALPHA"}, ["1"]),
        ({"name": "%"}, []),
        ({"codes[0]": "X"}, []),
        ({"spaceIds[0]": 1}, []),
        ({"limit": 1, "offset": 1}, ["2"]),
        ({"offset": 10}, []),
    ],
)
@pytest.mark.usefixtures("three")
def test_lists_are_filtered_and_paged(kintone: Kintone, filters, found):
    assert [app["appId"] for app in kintone.get("apps", **filters)["apps"]] == found


@pytest.mark.usefixtures("three")
def test_null_and_empty_lists_filter_nothing(kintone: Kintone):
    response = kintone.send("GET", "apps", {"ids": [], "codes": None, "spaceIds": [], "name": None})
    assert len(response.json["apps"]) == 3


@pytest.mark.parametrize(
    ("parameters", "key"),
    [({"limit": 101}, "limit"), ({"limit": 0}, "limit"), ({"offset": -1}, "offset"), ({"name": "a" * 65}, "name")],
)
def test_parameters_out_of_bounds_are_named(kintone: Kintone, parameters, key):
    assert set(kintone.errors("GET", "apps", **parameters)) == {key}


@pytest.mark.usefixtures("three")
def test_a_list_takes_the_same_few_queries_however_long_it_is(kintone: Kintone, as_sato: Kintone, web):
    def count_queries() -> int:
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            statements.append(statement)

        event.listen(web.sessions.engine, "before_cursor_execute", note)
        as_sato.get("apps")
        event.remove(web.sessions.engine, "before_cursor_execute", note)
        return sum(statement.lstrip().startswith("SELECT") for statement in statements)

    before = count_queries()
    kintone.live_app()
    assert count_queries() == before
    assert 0 < before <= 9
