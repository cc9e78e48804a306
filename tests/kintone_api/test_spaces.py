"""Spaces over the API: settings, members, threads, and the apps in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.sandbox.models import App, PrincipalKind, Record, StoredFile
from marketplace.sandbox.people import services as people
from marketplace.sandbox.spaces.erasing import erase_deleted_apps
from marketplace.sandbox.spaces.models import Space, Thread, ThreadComment
from tests.kintone_api.conftest import SITE, Kintone

ADMIN = {"entity": {"type": "USER", "code": "admin"}, "isAdmin": True}
EVERYONE = {"entity": {"type": "GROUP", "code": "everyone"}}


def test_a_new_space_answers_with_everything_kintone_tells_of_one(kintone: Kintone):
    space = kintone.make_space("防災", "sato")
    person = {"code": "admin", "name": "管理者"}
    assert kintone.get("space", id=space) == {
        "id": "1",
        "name": "防災",
        "defaultThread": "1",
        "isPrivate": False,
        "creator": person,
        "modifier": person,
        "memberCount": "2",
        "coverType": "PRESET",
        "coverKey": "GREEN",
        "coverUrl": "",
        "body": None,
        "useMultiThread": False,
        "isGuest": False,
        "attachedApps": [],
        "fixedMember": False,
        "showAnnouncement": None,
        "showThreadList": None,
        "showAppList": None,
        "showMemberList": None,
        "showRelatedLinkList": None,
        "permissions": {"createApp": "EVERYONE"},
    }


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"name": "x", "members": [ADMIN]}, "id"),
        ({"id": 1, "members": [ADMIN]}, "name"),
        ({"id": 1, "name": "あ" * 129, "members": [ADMIN]}, "name"),
        ({"id": 1, "name": "x"}, "members"),
        ({"id": 1, "name": "x", "members": []}, "members"),
        ({"id": 1, "name": "x", "members": [EVERYONE]}, "members"),
        ({"id": 1, "name": "x", "members": [{"isAdmin": True}]}, "members[0].entity"),
        ({"id": 1, "name": "x", "members": [{**ADMIN, "isAdmin": "yes"}]}, "members[0].isAdmin"),
        ({"id": 1, "name": "x", "members": [ADMIN], "isGuest": 1}, "isGuest"),
    ],
)
def test_what_a_new_space_lacks_is_named(kintone: Kintone, body, key):
    assert key in kintone.errors("POST", "template/space", **body)


def test_a_space_of_an_unknown_template_or_member_is_not_made(kintone: Kintone):
    assert kintone.refused("POST", "template/space", id=2, name="x", members=[ADMIN]) == (400, "GAIA_SP02")
    nobody = {"entity": {"type": "USER", "code": "nobody"}}
    assert kintone.refused("POST", "template/space", id=1, name="x", members=[ADMIN, nobody]) == (400, "GAIA_IL26")
    assert kintone.get("spaces/statistics") == {"spaces": []}


def test_settings_change_one_by_one(kintone: Kintone):
    space = kintone.make_space()
    assert kintone.put("space", id=space, name="防災課", fixedMember="true", useMultiThread=True) == {}
    kintone.put("space", id=space, showAppList=False, permissions={"createApp": "ADMIN"}, useMultiThread=False)
    found = kintone.get("space", id=space)
    assert (found["name"], found["fixedMember"], found["useMultiThread"]) == ("防災課", True, True)
    assert (found["showAppList"], found["showThreadList"]) == (False, True)
    assert found["permissions"] == {"createApp": "ADMIN"}


def test_the_announcement_keeps_no_script(kintone: Kintone):
    space = kintone.make_space()
    kintone.put(
        "space/body", id=space, body='<b onclick="a()">会議</b><script>a()</script><a href="javascript:a()">x</a>'
    )
    assert kintone.get("space", id=space)["body"] == '<b>会議</b><a rel="noopener noreferrer">x</a>'
    assert set(kintone.errors("PUT", "space/body", id=space)) == {"body"}
    assert set(kintone.errors("PUT", "space/body", id=space, body="a" * 65536)) == {"body"}


def test_members_are_replaced_as_a_whole(kintone: Kintone):
    space = kintone.make_space("防災", "sato")
    suzuki = {"entity": {"type": "USER", "code": "suzuki"}, "isAdmin": True}
    assert kintone.put("space/members", id=space, members=[suzuki, EVERYONE]) == {}
    found = kintone.get("space/members", id=space)["members"]
    assert found[:2] == [
        {"entity": {"type": "USER", "code": "suzuki"}, "isAdmin": True, "isImplicit": False},
        {"entity": {"type": "GROUP", "code": "everyone"}, "isAdmin": False},
    ]
    implied = {member["entity"]["code"] for member in found[2:] if member["isImplicit"]}
    assert {"admin", "sato"} <= implied
    assert set(kintone.errors("PUT", "space/members", id=space, members=[EVERYONE])) == {"members"}
    assert len(kintone.get("space/members", id=space)["members"]) == len(found)


def test_a_private_space_is_closed_to_strangers(kintone: Kintone, as_sato: Kintone):
    space = kintone.make_space(isPrivate=True)
    for method, name, body in [
        ("GET", "space", {}),
        ("GET", "space/members", {}),
        ("PUT", "space", {"name": "x"}),
        ("DELETE", "space", {}),
    ]:
        assert as_sato.refused(method, name, id=space, **body) == (403, "CB_NO02")
    kintone.put("space/members", id=space, members=[ADMIN, {"entity": {"type": "USER", "code": "sato"}}])
    assert as_sato.get("space", id=space)["name"] == "防災"


def test_only_who_manages_a_space_changes_it(kintone: Kintone, as_sato: Kintone):
    space = kintone.make_space("防災", "sato")
    assert as_sato.refused("PUT", "space", id=space, name="x") == (403, "CB_NO02")
    assert as_sato.refused("PUT", "space/body", id=space, body="x") == (403, "CB_NO02")
    assert as_sato.refused("PUT", "space/members", id=space, members=[ADMIN]) == (403, "CB_NO02")
    assert as_sato.refused("DELETE", "space", id=space) == (403, "CB_NO02")
    own = as_sato.post(
        "template/space", id=1, name="佐藤", members=[{"entity": {"type": "USER", "code": "sato"}, "isAdmin": True}]
    )["id"]
    assert as_sato.put("space", id=own, name="佐藤の部屋") == {}


@pytest.mark.parametrize("number", [99, 2**31, 2**62])
def test_an_unknown_space_is_not_found(kintone: Kintone, number):
    assert kintone.refused("GET", "space", id=number) == (404, "GAIA_SP01")
    assert kintone.refused("POST", "preview/app", name="x", space=number) == (404, "GAIA_SP01")


def test_an_app_lies_in_the_space_and_thread_it_was_added_to(kintone: Kintone):
    space, other = kintone.make_space(), kintone.make_space("税務")
    kintone.put("space", id=space, useMultiThread=True)
    thread = kintone.post("space/thread", space=space, name="連絡")["id"]
    first, second = kintone.make_app("一", space=space), kintone.make_app("二", space=space, thread=thread)
    kintone.deploy(first, second, kintone.make_app("外"))
    found = {app["appId"]: (app["spaceId"], app["threadId"]) for app in kintone.get("apps")["apps"]}
    assert found == {"1": ("1", "1"), "2": ("1", thread), "3": (None, None)}
    assert [app["appId"] for app in kintone.get("apps", **{"spaceIds[0]": space})["apps"]] == ["1", "2"]
    attached = kintone.get("space", id=space)["attachedApps"]
    assert [(app["appId"], app["threadId"]) for app in attached] == [("1", "1"), ("2", thread)]
    assert "spaceId" not in attached[0]
    assert kintone.refused("POST", "preview/app", name="x", space=other, thread=thread) == (404, "GAIA_TH01")
    assert set(kintone.errors("POST", "preview/app", name="x", thread=thread)) == {"space"}


def test_a_space_may_let_only_its_managers_add_apps(kintone: Kintone, as_sato: Kintone):
    space = kintone.make_space("防災", "sato")
    assert as_sato.make_app("一", space=space)
    kintone.put("space", id=space, permissions={"createApp": "ADMIN"})
    assert as_sato.refused("POST", "preview/app", name="二", space=space) == (403, "CB_NO02")


def test_the_apps_of_a_private_space_are_its_members_own(kintone: Kintone, as_sato: Kintone):
    space = kintone.make_space(isPrivate=True)
    app = kintone.make_app("名簿", space=space)
    kintone.deploy(app)
    assert as_sato.get("apps") == {"apps": []}
    response = as_sato.send("GET", "records", query_string={"app": app})
    assert (response.status_code, response.json["code"]) == (403, "CB_NO02")
    kintone.put("space/members", id=space, members=[ADMIN, {"entity": {"type": "USER", "code": "sato"}}])
    assert [each["appId"] for each in as_sato.get("apps")["apps"]] == [str(app)]
    assert as_sato.get("records", app=app)["records"] == []


def test_an_app_moves_between_spaces_and_out_of_them(kintone: Kintone, as_sato: Kintone):
    space = kintone.make_space()
    app = kintone.live_app()
    assert kintone.post("app/move", app=app, space=space) == {}
    assert kintone.get("app", id=app)["spaceId"] == str(space)
    assert as_sato.refused("POST", "app/move", app=app, space=None) == (403, "CB_NO02")
    assert kintone.send("POST", "app/move", {"app": app, "space": None}).status_code == 200
    assert kintone.get("app", id=app)["threadId"] is None
    assert set(kintone.errors("POST", "app/move", app=app)) == {"space"}
    assert kintone.refused("POST", "app/move", app=app, space=9) == (404, "GAIA_SP01")
    guests = kintone.make_space(isGuest=True)
    assert set(kintone.errors("POST", "app/move", app=app, space=guests)) == {"space"}


def test_a_deleted_space_takes_its_apps_along(kintone: Kintone):
    space = kintone.make_space()
    inside, outside = kintone.make_app("中", space=space), kintone.make_app("外")
    kintone.deploy(inside, outside)
    assert kintone.delete("space", id=space) == {}
    assert kintone.refused("GET", "space", id=space) == (404, "GAIA_SP01")
    assert [app["name"] for app in kintone.get("apps")["apps"]] == ["外"]
    for method, name in [("GET", "records"), ("GET", "app/form/fields"), ("PUT", "preview/app/settings")]:
        assert kintone.refused(method, name, app=inside) == (404, "GAIA_AP01")
    assert kintone.make_space() == space + 1


def test_threads_are_added_where_several_are_used(kintone: Kintone, as_sato: Kintone, sessions: Sessions):
    space = kintone.make_space()
    assert set(kintone.errors("POST", "space/thread", space=space, name="連絡")) == {"space"}
    assert set(kintone.errors("PUT", "space/thread", id=1, name="連絡")) == {"name"}
    kintone.put("space", id=space, useMultiThread=True)
    thread = kintone.post("space/thread", space=space, name="連絡")["id"]
    assert thread == "2"
    assert kintone.put("space/thread", id=thread, name="連絡板", body="<i>本文</i><iframe></iframe>") == {}
    with unit_of_work(sessions) as (session, _):
        kept = session.scalar(select(Thread).where(Thread.thread_id == 2))
        assert (kept.name, kept.body) == ("連絡板", "<i>本文</i>")
    assert as_sato.refused("PUT", "space/thread", id=thread, name="x") == (403, "CB_NO02")
    assert kintone.refused("PUT", "space/thread", id=2**40, name="x") == (404, "GAIA_TH01")


def test_a_comment_keeps_its_text_mentions_and_files(kintone: Kintone, as_sato: Kintone, sessions: Sessions):
    space = kintone.make_space()
    key = kintone.upload(b"plan", "計画.txt")
    comment = {
        "text": "確認してください",
        "mentions": [{"type": "USER", "code": "sato"}],
        "files": [{"fileKey": key, "width": 100}],
    }
    assert kintone.post("space/thread/comment", space=space, thread=1, comment=comment) == {"id": "1"}
    assert as_sato.post("space/thread/comment", space=space, thread=1, comment={"text": "はい"}) == {"id": "2"}
    with unit_of_work(sessions) as (session, _):
        first = session.scalar(select(ThreadComment).where(ThreadComment.comment_id == 1))
        assert first.mentions == [{"type": "USER", "code": "sato"}]
        lasting = first.files[0]["fileKey"]
    assert kintone.send("GET", "file", query_string={"fileKey": lasting}).data == b"plan"


@pytest.mark.parametrize(
    ("comment", "key"),
    [
        (None, "comment"),
        ({}, "comment.text"),
        ({"text": ""}, "comment.text"),
        ({"text": "a" * 65536}, "comment.text"),
        ({"text": "a", "mentions": [{"type": "USER", "code": "sato"}] * 11}, "comment.mentions"),
        ({"text": "a", "files": [{}]}, "comment.files[0].fileKey"),
        ({"text": "a", "files": [{"fileKey": "x", "width": 99}]}, "comment.files[0].width"),
    ],
)
def test_a_comment_without_content_is_refused(kintone: Kintone, comment, key):
    space = kintone.make_space()
    assert key in kintone.errors("POST", "space/thread/comment", space=space, thread=1, comment=comment)


def test_a_comment_names_what_is_there(kintone: Kintone, sessions: Sessions):
    space, other = kintone.make_space(), kintone.make_space()
    send = ("POST", "space/thread/comment")
    assert kintone.refused(*send, space=other, thread=1, comment={"text": "a"}) == (404, "GAIA_TH01")
    stranger = {"text": "a", "mentions": [{"type": "USER", "code": "nobody"}]}
    assert kintone.refused(*send, space=space, thread=1, comment=stranger) == (400, "GAIA_IL26")
    lost = {"files": [{"fileKey": "nothing"}]}
    assert kintone.refused(*send, space=space, thread=1, comment=lost) == (404, "GAIA_BL01")
    with unit_of_work(sessions) as (session, _):
        assert session.scalars(select(ThreadComment)).all() == []


def test_a_space_leaves_nothing_of_its_own_behind(kintone: Kintone, sessions: Sessions):
    space = kintone.make_space()
    kintone.post("space/thread/comment", space=space, thread=1, comment={"text": "a"})
    kintone.delete("space", id=space)
    with unit_of_work(sessions) as (session, _):
        assert [session.scalars(select(table)).all() for table in (Space, Thread, ThreadComment)] == [[], [], []]


def test_the_apps_of_a_deleted_space_are_erased_two_weeks_later(kintone: Kintone, sessions: Sessions, clock):
    space = kintone.make_space()
    kept = kintone.live_app(添付={"type": "FILE"})
    gone = kintone.make_app("中", space=space)
    kintone.add_fields(gone, 添付={"type": "FILE"})
    kintone.deploy(gone)
    for app in (kept, gone):
        kintone.post("record", app=app, record={"添付": {"value": [{"fileKey": kintone.upload(b"1")}]}})
    kintone.delete("space", id=space)
    clock.advance(days=14)
    with unit_of_work(sessions) as (session, _):
        assert erase_deleted_apps(session, clock()) == 0
        assert erase_deleted_apps(session, clock() + timedelta(seconds=1)) == 1
    with unit_of_work(sessions) as (session, _):
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (App, Record, StoredFile)]
    assert counts == [1, 1, 1]
    assert kintone.get("records", app=kept, totalCount=True)["totalCount"] == "1"


def test_groups_and_organisations_stand_for_those_in_them(
    kintone: Kintone, as_sato: Kintone, as_suzuki: Kintone, sessions: Sessions
):
    with unit_of_work(sessions) as (session, _):
        people.add_group(session, SITE, "bosai", "防災班")
        people.set_members(session, SITE, PrincipalKind.GROUP, "bosai", ["sato"])
        people.add_organization(session, SITE, "city", "市長部局")
        people.add_organization(session, SITE, "general", "総務課", "city")
        people.set_members(session, SITE, PrincipalKind.ORGANIZATION, "general", ["suzuki"])

    def enter(space: int, kind: str, code: str, **more: bool) -> None:
        entity = {"entity": {"type": kind, "code": code}, **more}
        kintone.put("space/members", id=space, members=[ADMIN, entity])

    space = kintone.make_space(isPrivate=True)
    enter(space, "GROUP", "bosai", isAdmin=True)
    assert as_sato.put("space", id=space, name="防災班の部屋") == {}
    assert as_suzuki.refused("GET", "space", id=space) == (403, "CB_NO02")
    enter(space, "ORGANIZATION", "city")
    assert as_suzuki.refused("GET", "space", id=space) == (403, "CB_NO02")
    enter(space, "ORGANIZATION", "city", includeSubs=True)
    assert as_suzuki.get("space", id=space)["memberCount"] == "2"
    assert kintone.get("space/members", id=space)["members"][1:] == [
        {"entity": {"type": "ORGANIZATION", "code": "city"}, "isAdmin": False, "includeSubs": True},
        {"entity": {"type": "USER", "code": "suzuki"}, "isAdmin": False, "isImplicit": True},
    ]
    assert kintone.get("spaces/statistics")["spaces"][0]["memberCount"] == "2"
