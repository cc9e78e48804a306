"""The pages of workspaces that are a kintone domain."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import unit_of_work
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.workspaces.domains.models import Connection
from tests.installs.factories import make_installation
from tests.web.conftest import words
from tests.workspaces.domains.factories import GATE_PASSWORD, JSON, LOGIN, PASSWORD, make_input


@pytest.fixture
def domain(browser, receiver):
    """The page of a workspace that is a kintone domain."""
    given = make_input(receiver.url(""), gate_user="gate", gate_password=GATE_PASSWORD)
    del given["kind"]
    return browser.post("/workspaces/connect", data=given).headers["Location"]


def test_the_list_leads_to_the_form_and_shows_what_was_connected(browser, domain, receiver):
    page = browser.read("/workspaces")
    assert page.find("a", href="/workspaces/connect")
    assert "kintoneのドメイン" in page.select_one(".card").get_text()
    assert receiver.url("") in page.select_one(".card").get_text()
    assert "2要素認証は使えません" in words(browser.read("/workspaces/connect"))


def test_the_page_shows_where_and_as_whom(browser, domain, receiver):
    page = browser.read(domain)
    facts = [code.get_text() for code in page.select("dl.facts code")]
    assert facts == [receiver.url(""), LOGIN, "gate"]
    assert "まだ確かめていません" in words(page)
    assert "使用量" not in words(page)


def test_what_does_not_fit_is_shown_beside_its_field_without_the_passwords(browser):
    given = make_input("https://example.com", gate_user="gate", gate_password=GATE_PASSWORD)
    del given["kind"]
    page = browser.send("/workspaces/connect", given, 422)
    assert page.find(id="f-address")["aria-invalid"] == "true"
    assert page.find(id="f-login")["value"] == LOGIN
    assert PASSWORD not in str(page)
    assert GATE_PASSWORD not in str(page)


def test_a_check_shows_its_result_on_the_page(browser, domain, receiver):
    browser.send(f"{domain}/check")
    page = browser.read(domain)
    items = [item.select_one(".step-title").get_text() for item in page.select("#check li")]
    states = [item.select_one(".nowrap").get_text() for item in page.select("#check li")]
    assert items == ["ログイン", "アプリの閲覧", "アプリの作成"]
    assert states == ["できます", "できます", "確認が必要です"]
    receiver.answer_with((401, JSON, json.dumps({"code": "CB_WA01", "message": PASSWORD}).encode()))
    browser.send(f"{domain}/check")
    english = words(browser.read(f"{domain}?lang=en"))
    assert "The login or the password is wrong." in english
    assert "Nothing can be installed like this." in english
    assert PASSWORD not in english


def test_credentials_are_replaced_by_a_form_that_never_shows_them(browser, domain):
    page = browser.read(f"{domain}/credentials")
    assert page.find(id="f-login")["value"] == LOGIN
    assert PASSWORD not in str(page)
    assert GATE_PASSWORD not in str(page)
    browser.send(f"{domain}/credentials", {"login": "other", "password": "new"})
    assert [code.get_text() for code in browser.read(domain).select("dl.facts code")][1:] == ["other"]
    assert browser.send(f"{domain}/credentials", {"login": "other"}, 422).find(id="f-password")["aria-invalid"]


def test_the_connection_is_changed_and_another_host_wants_the_password(browser, domain):
    browser.read(f"{domain}/connection")
    page = browser.send(f"{domain}/connection", {"address": "https://example.cybozu.com"}, 422)
    assert "パスワードも入力" in page.find(id="f-password-error").get_text()
    given = {"address": "https://example.cybozu.com", "password": "new", "gate_password": "gate"}
    browser.send(f"{domain}/connection", given)
    assert browser.read(domain).select_one("dl.facts code").get_text() == "https://example.cybozu.com"


def test_an_old_password_is_reminded_of(browser, domain, clock):
    assert "入れ替える時期" not in words(browser.read(domain))
    clock.advance(hours=3)
    with unit_of_work(browser.application.sessions) as (session, _):
        connection = session.get_one(Connection, domain.rpartition("/")[2])
        connection.rotated_at = clock.moment.replace(year=clock.moment.year - 1)
    assert "入れ替える時期" in words(browser.read(domain))


@pytest.mark.parametrize("role", ["installer", "reader"])
def test_others_see_the_page_and_change_nothing(sign_in, domain, role):
    browser = sign_in(role)
    page = browser.read(domain)
    assert page.main.find("a", href=f"{domain}/credentials") is None
    assert bool(page.select("#check form")) is (role == "installer")
    for end in ("connection", "credentials"):
        assert browser.get(f"{domain}/{end}").status_code == 403
        assert browser.post(f"{domain}/{end}").status_code == 403
    assert browser.get("/workspaces/connect").status_code == 403
    assert browser.post("/workspaces/connect").status_code == 403


@pytest.mark.parametrize("end", ["people", "spaces", "people/groups"])
def test_what_only_a_built_in_workspace_has_is_refused(browser, domain, end):
    assert browser.get(f"{domain}/{end}").status_code == 409
    assert browser.post(f"{domain}/password").status_code == 409
    assert browser.get(f"/w/{domain.rpartition('/')[2]}/k/1/").status_code == 409


def test_apps_lead_to_the_kintone(browser, domain, world, receiver):
    world.release()
    with unit_of_work(browser.application.sessions) as (session, _):
        connection = session.get_one(Connection, domain.rpartition("/")[2])
        connection.guest_space = "5"
        version = session.scalars(select(TemplateVersion)).one()
        ctx = Context(session, SYSTEM, world.app.now, lambda _: None, world.app.ports)
        make_installation(ctx, connection.workspace, version)
    link = browser.read(domain).select_one("h4.card-title a")
    assert link["href"] == f"{receiver.url('')}/k/guest/5/1/"


def test_an_import_into_a_domain_has_its_page(browser, domain, world):
    world.release()
    import_id = world.start(domain.rpartition("/")[2])
    assert "開始を待っています" in words(browser.read(f"/imports/{import_id}"))
