"""Imports that are carried out from the workspace's side, as pages."""

from __future__ import annotations

import io
import json

import pytest

from tests.bundle.factories import make_joined_bundle
from tests.web.conftest import words
from tests.web.factories import PAGE

FORM = f"{PAGE}/install"
CLOSED = {"name": "庁内のkintone", "address": "https://closed.cybozu.com", "guest_space": ""}


@pytest.fixture
def browser(sign_in, world):
    world.release(make_joined_bundle())
    return sign_in("admin")


@pytest.fixture
def workspace_id(browser):
    answer = browser.post("/workspaces/closed-network", data=CLOSED)
    assert answer.status_code == 303
    return answer.headers["Location"].removeprefix("/workspaces/")


def start(browser, workspace_id, mode):
    order = {"workspace_id": workspace_id, "version": "1.0.0", "mode": mode, "act": "start"}
    answer = browser.post(FORM, data=order)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_kintone_in_a_closed_network_is_registered_without_an_account(browser, workspace_id):
    page = browser.read(f"/workspaces/{workspace_id}")
    assert "https://closed.cybozu.com" in words(page)
    assert "閉じたネットワーク" in words(browser.read("/workspaces"))
    assert browser.read("/workspaces/closed-network").find("input", type="password") is None


@pytest.mark.parametrize("wrong", [{"name": ""}, {"address": "http://10.0.0.1"}, {"guest_space": "x"}])
def test_what_is_wrong_is_shown_beside_the_form(browser, wrong):
    page = browser.send("/workspaces/closed-network", CLOSED | wrong, 422)
    assert page.find(role="alert")
    assert page.find(id="f-name")["value"] == (CLOSED | wrong)["name"]


def test_the_plan_says_how_it_will_be_carried_out(browser, workspace_id):
    page = browser.send(FORM, {"workspace_id": workspace_id, "version": "1.0.0", "act": "plan"}, 200)
    assert "コマンドで実行します" in words(page)


def test_a_pulled_import_shows_the_command_to_give(browser, workspace_id, ports):
    address = start(browser, workspace_id, "")
    page = browser.read(address)
    (command,) = page.select("pre code")
    import_id = address.removeprefix("/imports/")
    assert "python3 -m venv .venv && .venv/bin/pip install ." in words(page)
    assert command.get_text() == (
        f"yokoten pull {import_id} --url http://localhost --kintone https://closed.cybozu.com"
    )
    assert ports.jobs.asked == []
    assert browser.get(f"{address}/package").status_code == 409


def test_a_carried_import_offers_package_and_keys_and_takes_the_report(browser, workspace_id, ports):
    address = start(browser, workspace_id, "carry")
    page = browser.read(address)
    key = ports.signer.public_keys()[0]
    assert key.fingerprint in words(page)
    links = {link["href"] for link in page.select("a.button")}
    assert {f"{address}/package", "/signing-keys.json"} <= links
    assert browser.get(f"{address}/package").get_data().startswith(b"PK")
    assert json.loads(browser.get("/signing-keys.json").get_data())["items"][0]["id"] == key.id
    for content in (b"", b"[]", b"{}", b"<html>"):
        sent = {"report": (io.BytesIO(content), "a.report.json")}
        refused = browser.post(f"{address}/report", data=sent, content_type="multipart/form-data")
        assert refused.status_code == 422
        assert 'role="alert"' in refused.get_data(as_text=True)


def test_who_may_only_read_gets_no_command_and_no_package(browser, sign_in, workspace_id):
    address = start(browser, workspace_id, "carry")
    reader = sign_in("reader")
    assert reader.read(address).select("pre") == []
    assert reader.get(f"{address}/package").status_code == 403
