"""Guest spaces: which path reaches which app, and who is admitted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kintone_api.table import APIS, OF_THE_SITE
from marketplace.sandbox import tokens
from marketplace.sandbox.apps import find_app
from marketplace.sandbox.spaces.models import Guest, SpaceGuest
from tests.fakes import FixedClock
from tests.kintone_api.conftest import SITE, Kintone

NEEDS_GUEST_PATH = (400, "GAIA_IL23")
CLOSED = (403, "CB_NO02")
GUEST = {"name": "外部 花子", "code": "hanako@example.com", "password": "abc123", "timezone": "Asia/Tokyo"}
NAME_NO_APP = {"apps.json", "bulkRequest.json", "file.json", "preview/app.json", "preview/app/deploy.json"}
TITLE = {"件名": {"type": "SINGLE_LINE_TEXT"}}


@pytest.fixture
def guest_space(kintone: Kintone) -> Kintone:
    """The administrator on the path of a guest space."""
    return kintone.in_guest_space(kintone.make_space("事業者", isGuest=True))


@pytest.fixture
def inside(guest_space: Kintone) -> int:
    """An app in use in the guest space."""
    return guest_space.live_app(**TITLE)


def app_calls() -> list[tuple[str, str]]:
    """Every API that names one app by `app` or `id`."""
    without = {"space", "guest", "plugin", "template"}
    return sorted(
        (method, path.removesuffix(".json"))
        for method, path in APIS
        if path not in NAME_NO_APP | OF_THE_SITE
        and path.split("/")[0].removesuffix(".json") not in without
        and "cursor" not in path
    )


@pytest.mark.parametrize(("method", "name"), app_calls(), ids=lambda part: part)
def test_every_api_that_names_an_app_tells_guest_spaces_apart(kintone: Kintone, guest_space, inside, method, name):
    body = {"app": inside, "id": inside, "record": {}, "records": [], "ids": [1], "rights": [], "properties": {}}
    assert kintone.refused(method, name, **body) == NEEDS_GUEST_PATH
    other = kintone.in_guest_space(kintone.make_space("別の事業者", isGuest=True))
    assert other.refused(method, name, **body) == CLOSED
    response = guest_space.send(method, name, body)
    assert response.json.get("code") not in {"GAIA_IL23", "CB_NO02"}, response.json


def test_the_refusal_tells_where_to_go(kintone: Kintone, inside):
    response = kintone.send("GET", "app", query_string={"id": inside}, headers={"Accept-Language": "ja"})
    assert response.json["message"].startswith("ゲストスペース内のアプリを操作する場合は")
    response = kintone.send("GET", "app", query_string={"id": inside}, headers={"Accept-Language": "en"})
    assert response.json["message"].startswith("You need to send a request to the URL")


def test_an_app_outside_is_not_reached_through_a_guest_space(kintone: Kintone, guest_space):
    plain, in_space = kintone.live_app(), kintone.make_app("課内", space=kintone.make_space())
    kintone.deploy(in_space)
    for app in (plain, in_space):
        assert guest_space.refused("GET", "records", app=app) == CLOSED
        assert guest_space.refused("PUT", "preview/app/settings", app=app, theme="RED") == CLOSED
    assert guest_space.refused("GET", "records", app=999) == (404, "GAIA_AP01")


@pytest.mark.parametrize("number", ["9", "0", "-1", "abc", "1.0", "9" * 30, "１"])
def test_the_path_of_no_guest_space_is_closed(kintone: Kintone, number):
    kintone.make_space()
    kintone.path = f"guest/{number}/v1"
    assert kintone.refused("GET", "apps") == CLOSED


def test_an_ordinary_space_has_no_path_of_its_own(kintone: Kintone):
    assert kintone.in_guest_space(kintone.make_space()).refused("GET", "apps") == CLOSED


def test_the_lists_of_apps(kintone: Kintone, guest_space, inside):
    outside = kintone.live_app()
    listed = {app["appId"]: app["spaceId"] for app in kintone.get("apps")["apps"]}
    assert listed == {str(inside): "1", str(outside): None}
    assert [app["appId"] for app in guest_space.get("apps")["apps"]] == [str(inside)]


def test_a_guest_space_itself_is_reached_on_its_path(kintone: Kintone, guest_space):
    assert kintone.refused("GET", "space", id=1) == NEEDS_GUEST_PATH
    found = guest_space.get("space", id=1)
    assert (found["isGuest"], found["isPrivate"]) == (True, True)
    assert guest_space.refused("GET", "space", id=kintone.make_space()) == CLOSED
    assert kintone.refused("POST", "preview/app", name="x", space=1) == NEEDS_GUEST_PATH
    assert guest_space.refused("POST", "preview/app", name="x", space=2) == CLOSED


@pytest.mark.parametrize(("method", "name"), [(method, name) for method, name in APIS if name in OF_THE_SITE])
def test_what_belongs_to_the_whole_site_is_not_in_a_guest_space(guest_space, method, name):
    assert guest_space.refused(method, name.removesuffix(".json")) == CLOSED


def test_a_guest_space_is_closed_to_who_does_not_belong(as_sato: Kintone, guest_space, inside):
    assert as_sato.in_guest_space(1).refused("GET", "records", app=inside) == CLOSED
    assert as_sato.get("apps") == {"apps": []}


def test_bulk_requests_name_the_path_of_each_request(kintone: Kintone, guest_space, inside):
    outside = kintone.live_app(**TITLE)

    def adding(app: int, path: str) -> dict:
        return {"method": "POST", "api": f"/k/{path}/record.json", "payload": {"app": app, "record": {}}}

    done = kintone.post("bulkRequest", requests=[adding(outside, "v1"), adding(inside, "guest/1/v1")])
    assert len(done["results"]) == 2
    for requests, code in [
        ([adding(inside, "v1")], "GAIA_IL23"),
        ([adding(outside, "guest/1/v1")], "CB_NO02"),
        ([adding(inside, "guest/2/v1")], "CB_NO02"),
        ([adding(inside, "guest/x/v1")], "CB_NO02"),
    ]:
        response = guest_space.send("POST", "bulkRequest", {"requests": [adding(inside, "guest/1/v1"), *requests]})
        assert response.json["results"][1]["code"] == code
    assert guest_space.get("records", app=inside, totalCount=True)["totalCount"] == "1"


def test_a_deploy_keeps_to_its_path(kintone: Kintone, guest_space, inside):
    wanted = [{"app": inside}]
    assert kintone.refused("POST", "preview/app/deploy", apps=wanted) == NEEDS_GUEST_PATH
    assert guest_space.post("preview/app/deploy", apps=wanted) == {}
    assert kintone.refused("GET", "preview/app/deploy", apps=[inside]) == NEEDS_GUEST_PATH


def test_a_token_of_a_guest_app_is_used_on_its_path(
    kintone: Kintone, guest_space, inside, sessions: Sessions, clock: FixedClock
):
    with unit_of_work(sessions) as (session, _):
        secret = tokens.issue_app_token(session, find_app(session, SITE, inside), ["view"], clock())
    for caller in (kintone, guest_space):
        caller.headers = {"X-Cybozu-API-Token": secret}
    assert guest_space.get("records", app=inside)["records"] == []
    assert kintone.refused("GET", "records", app=inside) == NEEDS_GUEST_PATH


def test_nothing_refers_into_or_out_of_a_guest_space(kintone: Kintone, guest_space, inside):
    outside = kintone.live_app(件名={"type": "SINGLE_LINE_TEXT", "unique": True})

    def related(app: int) -> dict:
        table = {
            "relatedApp": {"app": app},
            "condition": {"field": "件名", "relatedField": "件名"},
            "displayFields": ["件名"],
        }
        return {"一覧": {"type": "REFERENCE_TABLE", "code": "一覧", "label": "一覧", "referenceTable": table}}

    add = ("POST", "preview/app/form/fields")
    assert guest_space.refused(*add, app=inside, properties=related(outside)) == (404, "GAIA_AP01")
    assert kintone.refused(*add, app=outside, properties=related(inside)) == (404, "GAIA_AP01")
    other = guest_space.live_app(**TITLE)
    assert guest_space.post("preview/app/form/fields", app=inside, properties=related(other))


def test_guests_are_added_admitted_and_forgotten(kintone: Kintone, guest_space, sessions: Sessions):
    picture = kintone.upload(b"png", "face.png")
    assert kintone.post("guests", guests=[{**GUEST, "company": "外部商店", "image": picture}]) == {}
    assert guest_space.put("space/guests", id=1, guests=[GUEST["code"], GUEST["code"]]) == {}
    with unit_of_work(sessions) as (session, _):
        kept = session.scalar(select(Guest))
        assert (kept.name, kept.profile["company"], kept.profile["locale"]) == ("外部 花子", "外部商店", "auto")
        assert "abc123" not in str(kept.profile)
        assert len(session.scalars(select(SpaceGuest)).all()) == 1
    assert kintone.delete("guests", guests=[GUEST["code"]]) == {}
    with unit_of_work(sessions) as (session, _):
        assert session.scalars(select(SpaceGuest)).all() == []


@pytest.mark.parametrize(
    ("guests", "key"),
    [
        ([], "guests"),
        ([{**GUEST, "name": ""}], "guests[0].name"),
        ([{**GUEST, "code": "hanako"}], "guests[0].code"),
        ([GUEST, GUEST], "guests[1].code"),
        ([{**GUEST, "locale": "fr"}], "guests[0].locale"),
        ([{key: value for key, value in GUEST.items() if key != "password"}], "guests[0].password"),
    ],
)
def test_what_a_guest_lacks_is_named(kintone: Kintone, guests, key):
    assert key in kintone.errors("POST", "guests", guests=guests)


def test_guests_are_the_business_of_administrators(kintone: Kintone, as_sato: Kintone, guest_space):
    assert as_sato.refused("POST", "guests", guests=[GUEST]) == CLOSED
    assert as_sato.refused("DELETE", "guests", guests=["a@example.com"]) == CLOSED
    assert guest_space.refused("PUT", "space/guests", id=1, guests=["nobody@example.com"]) == (400, "GAIA_GU01")
    assert kintone.refused("DELETE", "guests", guests=["nobody@example.com"]) == (400, "GAIA_GU01")
    assert set(kintone.errors("PUT", "space/guests", id=kintone.make_space(), guests=[])) == {"id"}


def test_a_guest_can_not_sign_in(kintone: Kintone, guest_space):
    kintone.post("guests", guests=[GUEST])
    guest_space.put("space/guests", id=1, guests=[GUEST["code"]])
    from tests.kintone_api.conftest import credentials

    guest_space.headers = credentials(GUEST["code"], GUEST["password"])
    assert guest_space.refused("GET", "apps") == (401, "CB_WA01")
