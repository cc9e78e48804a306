"""Passkeys in a real browser, with the virtual device that Chromium offers to tests."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser, take_picture
from tests.e2e.service import Service

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """A virtual authenticator."""

    def __init__(self, page: Page) -> None:
        self.tools = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable")
        self.id = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def verify(self, *, right: bool) -> None:
        """Let the next check of finger, face or PIN end well or not."""
        self.tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": right})


def press(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()


def arrive(page: Page, path: str) -> None:
    """Wait for a page by its whole path: the address of the sign-in page ends with the one it leads to."""
    page.wait_for_url(re.compile(rf"//[^/]+{re.escape(path)}$"))


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button").click()
    page.get_by_role("banner").get_by_role("link", name=re.compile("ログイン|Sign in")).wait_for()


def enter_password(page: Page, person: dict[str, str], address: str) -> None:
    page.goto(address)
    if address.startswith("/sign-in"):
        page.fill("#f-email", person["email"])
    page.fill("#f-password", person["password"])
    press(page)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("size", "language"), [("desktop", "ja"), ("phone", "en")])
def test_a_passkey_is_added_used_as_second_step_and_alone_and_removed(service: Service, size: str, language: str):
    person = service.demo["people"][1]
    found: dict[str, list[str]] = {}

    def look(page: Page, name: str) -> None:
        take_picture(page, f"account-{name}-{size}-{language}")
        found[name] = problems(page)

    with open_browser(size, f"http://localhost:{service.port}") as (page, faults):
        device = Device(page)
        enter_password(page, person, "/sign-in")
        page.goto(f"/language?to={language}&next=/account")
        look(page, "without")
        page.goto("/account/password")
        look(page, "password")
        enter_password(page, person, "/account/authenticator/new")
        page.locator(".qr-code svg").wait_for()
        look(page, "authenticator")
        enter_password(page, person, "/account/passkeys/new")
        page.fill("#f-name", "窓口のノートPC")
        look(page, "adding")
        press(page)
        page.locator(".recovery-codes").wait_for()
        look(page, "codes")
        page.goto("/account")
        look(page, "with")
        sign_out(page)

        enter_password(page, person, "/sign-in?next=/account")
        page.wait_for_url("**/sign-in/second-factor?*")
        look(page, "second-step")
        page.locator("form[data-passkey] button").click()
        arrive(page, "/account")
        sign_out(page)

        page.goto("/sign-in?next=/account/sessions")
        device.verify(right=False)
        page.locator("form[data-passkey] button").click()
        page.locator("[data-passkey-told]:not(:empty)").wait_for()
        look(page, "cancelled")
        device.verify(right=True)
        page.locator("form[data-passkey] button").click()
        arrive(page, "/account/sessions")
        look(page, "sessions")

        page.goto("/account")
        page.get_by_role("link", name=re.compile("窓口のノートPC")).click()
        look(page, "removing")
        page.fill("#f-password", person["password"])
        press(page)
        arrive(page, "/account?done=passkey-removed")
        sign_out(page)
        enter_password(page, person, "/sign-in?next=/account")
        arrive(page, "/account")
    assert faults == []
    assert {name: rules for name, rules in found.items() if rules} == {}
