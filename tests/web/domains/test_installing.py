"""The form and the plan of a workspace that is a kintone domain: its space is typed, and it may stay silent."""

from __future__ import annotations

import json

import pytest

from tests.bundle.factories import make_joined_bundle
from tests.web.factories import PAGE
from tests.workspaces.domains.factories import JSON, make_input

FORM = f"{PAGE}/install"


@pytest.fixture
def workspace_id(browser, receiver, world):
    world.release(make_joined_bundle())
    given = make_input(receiver.url(""))
    del given["kind"]
    return browser.post("/workspaces/connect", data=given).headers["Location"].rpartition("/")[2]


def send(browser, workspace_id, status=200, **changes):
    given = {"workspace_id": workspace_id, "version": "1.0.0", "act": "plan", **changes}
    return browser.send(FORM, given, status)


def test_the_number_of_a_space_and_the_codes_are_typed(browser, workspace_id):
    page = browser.read(FORM)
    assert page.find("input", id="f-space")
    assert page.find("input", id="f-thread")
    assert page.find("input", id="f-placeholder-section-chief")


def test_the_space_is_looked_up(browser, workspace_id, receiver):
    space = {"id": "12", "name": "産業振興課", "defaultThread": "34", "isGuest": False, "apps": []}
    receiver.answer_with((200, JSON, json.dumps(space).encode()))
    page = send(browser, workspace_id, space="１２")
    assert "スペース（番号12）「産業振興課」" in page.find(id="plan").get_text()


def test_a_space_that_is_not_there_is_refused_beside_the_form(browser, workspace_id, receiver):
    receiver.answer_with((404, JSON, b'{"id": "x", "code": "GAIA_SP01", "message": "no"}'))
    page = send(browser, workspace_id, 422, space="12")
    assert "スペース（番号12）" in page.find(role="alert").get_text()
    assert page.find(id="f-space")["value"] == "12"


def test_a_domain_that_answers_with_a_page_is_told_and_the_plan_is_shown(browser, workspace_id, receiver):
    receiver.answer_with((200, {"Content-Type": "text/html"}, b"<html></html>"))
    plan = send(browser, workspace_id).find(id="plan")
    assert "確かめられませんでした" in plan.get_text()
    assert plan.find("button", value="start")
