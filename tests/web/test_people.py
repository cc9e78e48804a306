"""The pages about the people of a workspace."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox import sites
from tests.kintone_api.conftest import credentials
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words

LOGIN = {"code": "clerk.1", "name": "窓口 一郎"}


@pytest.fixture
def people(world):
    """The address of the people of a workspace."""
    return f"/workspaces/{world.open_workspace()}/people"


@pytest.fixture
def browser(sign_in, people):
    """Somebody who manages the workspace."""
    return sign_in("admin")


def acts(app):
    with unit_of_work(app.sessions) as (session, _):
        events = session.scalars(select(AuditEvent).where(AuditEvent.act.like("workspace.%"))).all()
        return [event.act for event in events]


def add_group(browser, people, code="kacho", name="課長"):
    browser.send(f"{people}/groups", {"code": code, "name": name})


def test_the_workspace_leads_to_its_people(browser, people):
    assert browser.read(people.removesuffix("/people")).find("a", href=people)


def test_a_new_workspace_has_the_members_of_its_municipality_as_users(sign_in, world):
    sign_in("reader")
    workspace_id = world.open_workspace()
    page = sign_in("admin").read(f"/workspaces/{workspace_id}/people")
    kinds = [row.find_all("td")[1].get_text(" ", strip=True) for row in page.find("tbody").find_all("tr")]
    assert sorted(kinds) == ["構成員", "組み込み 管理者"]


def test_members_who_came_later_are_brought_in(browser, people):
    page = browser.send(f"{people}/update", status=200)
    assert "追加1人" in words(page)
    assert "追加0人" in words(browser.send(f"{people}/update", status=200))


def test_a_login_is_added_and_its_password_shown_once(app, browser, people):
    page = browser.send(people, LOGIN, 201)
    code, password = (each.get_text() for each in page.select("code.secret"))
    assert code == "clerk.1"
    assert password not in browser.get(people).get_data(as_text=True)
    site_id = people.split("/")[2]
    answer = app.test_client().get(f"/w/{site_id}/k/v1/apps.json", headers=credentials(code, password))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("entered", "place"),
    [({"code": "a b"}, "f-code"), ({"code": ""}, "f-code"), ({"code": "課長"}, "f-code"), ({"code": "a/b"}, "f-code"),
     ({"code": "a:b"}, "f-code"), ({"name": " "}, "f-name"), ({"name": "a\nb"}, "f-name")],
)  # fmt: skip
def test_what_can_t_be_a_login_is_refused_beside_the_field(browser, people, entered, place):
    page = browser.send(people, LOGIN | entered, 422)
    assert page.find(id=place)["aria-invalid"] == "true"


def test_a_code_is_given_once(browser, people):
    browser.send(people, LOGIN, 201)
    page = browser.send(people, LOGIN | {"name": "別の人"}, 409)
    assert "clerk.1" in page.find(role="alert").get_text()
    assert page.find(id="f-name")["value"] == "別の人"


def test_a_user_is_renamed_and_made_administrator(browser, people):
    browser.send(people, LOGIN, 201)
    browser.send(f"{people}/users/clerk.1", {"name": "窓口 次郎", "is_admin": "yes"})
    page = browser.read(f"{people}/users/clerk.1")
    assert page.find("h1").get_text() == "窓口 次郎"
    assert "管理者" in words(page.select_one(".page-head"))
    assert browser.send(f"{people}/users/clerk.1", {"name": ""}, 422).find(id="f-name")["aria-invalid"] == "true"


def test_a_new_password_ends_the_old_one(app, browser, people):
    first = browser.send(people, LOGIN, 201).select("code.secret")[1].get_text()
    second = browser.send(f"{people}/users/clerk.1/password", status=200).select("code.secret")[1].get_text()
    site_id = people.split("/")[2]
    answers = [
        app.test_client().get(f"/w/{site_id}/k/v1/apps.json", headers=credentials("clerk.1", password)).status_code
        for password in (first, second)
    ]
    assert answers == [401, 200]


def test_a_disabled_user_calls_nothing_until_enabled(app, browser, people):
    password = browser.send(people, LOGIN, 201).select("code.secret")[1].get_text()
    site_id = people.split("/")[2]

    def status():
        headers = credentials("clerk.1", password)
        return app.test_client().get(f"/w/{site_id}/k/v1/apps.json", headers=headers).status_code

    browser.send(f"{people}/users/clerk.1/disable")
    assert status() == 401
    assert "利用停止" in words(browser.read(people))
    browser.send(f"{people}/users/clerk.1/enable")
    assert status() == 200


def test_groups_are_added_renamed_and_filled(browser, people):
    browser.send(people, LOGIN, 201)
    add_group(browser, people)
    browser.send(f"{people}/groups/kacho/members", {"users": ["clerk.1"]})
    browser.send(f"{people}/groups/kacho", {"name": "課長級"})
    page = browser.read(f"{people}/groups")
    rows = [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in page.find("tbody").find_all("tr")
    ]
    assert rows == [["Everyone", "everyone", "全員"], ["課長級", "kacho", "1"]]
    assert browser.read(f"{people}/groups/kacho").find("input", value="clerk.1").has_attr("checked")
    assert "課長級" in words(browser.read(people))


def test_organizations_stand_below_each_other_and_never_below_themselves(browser, people):
    browser.send(f"{people}/organizations", {"code": "jinjibu", "name": "総務部"})
    browser.send(f"{people}/organizations", {"code": "ka", "name": "人事課", "parent": "jinjibu"})
    listed = [row.find("th").get_text() for row in browser.read(f"{people}/organizations").find("tbody").find_all("tr")]
    assert listed == ["総務部", "　└ 人事課"]
    page = browser.send(f"{people}/organizations/jinjibu", {"name": "総務部", "parent": "ka"}, 422)
    assert page.find(role="alert")
    browser.send(f"{people}/organizations/ka", {"name": "人事課", "parent": ""})
    listed = [row.find("th").get_text() for row in browser.read(f"{people}/organizations").find("tbody").find_all("tr")]
    assert listed == ["人事課", "総務部"]


def test_a_user_s_page_sets_what_they_belong_to(browser, people):
    browser.send(people, LOGIN, 201)
    add_group(browser, people)
    browser.send(f"{people}/organizations", {"code": "ka", "name": "人事課"})
    chosen = {"groups": ["kacho"], "organizations": ["ka"], "primary": "ka"}
    browser.send(f"{people}/users/clerk.1/memberships", chosen)
    page = browser.read(f"{people}/users/clerk.1")
    assert [box["value"] for box in page.select("input[checked]")] == ["kacho", "ka"]
    assert page.select_one("option[selected]")["value"] == "ka"
    refused = browser.send(f"{people}/users/clerk.1/memberships", {"primary": "ka"}, 422)
    assert refused.find(role="alert")


@pytest.mark.parametrize("path", ["users/Administrator", "groups/everyone"])
def test_what_every_workspace_has_stays_as_it_is(browser, people, path):
    assert browser.get(f"{people}/{path}").status_code == 409
    assert browser.post(f"{people}/{path}", data={"name": "別"}).status_code == 409


@pytest.mark.parametrize(
    "path", ["users/nobody", "groups/nothing", "organizations/nothing", "teams", "teams/a", "users/a%00b", "users"]
)
def test_what_is_not_there_is_not_found(browser, people, path):
    assert browser.get(f"{people}/{path}").status_code == 404


def test_users_are_found_by_name_or_code(browser, people):
    browser.send(people, LOGIN, 201)
    for wanted, count in (("一郎", 1), ("CLERK", 1), ("%", 0), ("いない人", 0)):
        page = browser.read(f"{people}?q={wanted}".replace("%", "%25"))
        assert len(page.select("tbody tr")) == count, wanted
    assert "当てはまるユーザーはいません" in words(page)


def test_the_csv_opens_in_excel_and_runs_no_formula(browser, people):
    browser.send(people, LOGIN | {"name": "=1+1"}, 201)
    answer = browser.get(people + ".csv")
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert ["clerk.1", "'=1+1"] in [row[:2] for row in rows]
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_change_is_in_the_audit_log(app, browser, people):
    browser.send(people, LOGIN, 201)
    browser.send(f"{people}/users/clerk.1", {"name": "別"})
    browser.send(f"{people}/users/clerk.1/password", status=200)
    browser.send(f"{people}/users/clerk.1/disable")
    browser.send(f"{people}/users/clerk.1/enable")
    add_group(browser, people)
    browser.send(f"{people}/groups/kacho", {"name": "別"})
    browser.send(f"{people}/groups/kacho/members")
    browser.send(f"{people}/organizations", {"code": "ka", "name": "課"})
    browser.send(f"{people}/users/clerk.1/memberships", {"groups": ["kacho"]})
    browser.send(f"{people}/update", status=200)
    assert sorted(acts(app)) == sorted(
        f"workspace.{act}"
        for act in ("created", "user-added", "user-changed", "user-password-reset", "user-disabled", "user-enabled",
                    "group-added", "group-changed", "group-members-set", "organization-added", "user-memberships-set",
                    "people-updated")
    )  # fmt: skip


@pytest.mark.parametrize("role", ["reader", "installer", "publisher"])
@pytest.mark.parametrize("path", ["", ".csv", "/groups", "/organizations", "/users/Administrator"])
def test_only_those_who_manage_the_workspace_enter(sign_in, people, role, path):
    assert sign_in(role).get(people + path).status_code == 403


@pytest.mark.parametrize("path", ["", "/groups", "/users/Administrator", ".csv"])
def test_another_municipality_learns_nothing(sign_in, people, path):
    assert sign_in("admin", fictitious_code()).get(people + path).status_code == 404


def test_the_pages_speak_english_too(browser, people):
    add_group(browser, people)
    browser.send(people, LOGIN, 201)
    for path in ("", "/groups", "/organizations", "/groups/kacho", "/users/clerk.1"):
        assert browser.read(f"{people}{path}?lang=en").html["lang"] == "en"


def test_nothing_is_kept_by_a_cache(browser, people):
    assert browser.get(people).headers["Cache-Control"] == "no-store"


def test_a_user_of_another_workspace_is_not_taken_in(browser, people, world, app):
    other = world.open_workspace(fictitious_code())
    with unit_of_work(app.sessions) as (session, _):
        sites.add_user(session, other, "stranger", "よその人", None)
    add_group(browser, people)
    assert browser.post(f"{people}/groups/kacho/members", data={"users": ["stranger"]}).status_code == 404
