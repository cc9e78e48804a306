"""No page breaks a rule of WCAG 2.2 AA that axe-core can check, in either language."""

from __future__ import annotations

import pytest

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser

TEMPLATE = "/templates/yokoten/subsidy-grant-management"
PAGES = [
    "/",
    "/templates?q=補助金",
    "/templates?q=そのような言葉はありません",
    TEMPLATE,
    f"{TEMPLATE}/versions/1.0.0/diff/1.1.0",
    "/help",
    "/help/bundle",
    "/docs/api",
    "/docs/errors",
    "/sign-in",
    "/no-such-page",
]
SIGNED_IN = [
    f"{TEMPLATE}/install",
    "/workspaces",
    "/workspaces/connect",
    "/workspaces/closed-network",
    "/publish",
    "/drafts",
    "/tokens",
    "/members",
]
RECORDS = [
    "1/",
    "1/?q=補助&add=分野",
    "1/?f1=分野&o1=in&v1=ない",
    "1/?view=受付終了カレンダー",
    "1/reports",
    "1/export",
    "1/import",
    "2/",
    "3/",
    "3/reports",
    "3/settings",
    "3/settings/rights",
    "3/settings/tokens",
    "3/settings/webhooks",
]
"""Pages of the apps that the template installs, below the workspace."""
LANGUAGES = ["ja", pytest.param("en", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def apps(service) -> str:
    """Where the pages of the installed apps begin."""
    progress = service.wait_for_import(service.install("yokoten/subsidy-grant-management", sample_records=True))
    assert progress["state"] == "succeeded", progress
    return f"/w/{service.demo['workspace']['id']}/k/"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_breaks_a_rule(service, apps, language):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, _faults):
        page.goto(f"/language?to={language}&next=/")
        found = {path: violations(page, path) for path in PAGES}
        page.goto("/sign-in")
        person = service.demo["people"][0]
        page.locator("input[name=email]").fill(person["email"])
        page.locator("input[name=password]").fill(person["password"])
        page.get_by_role("main").get_by_role("button").first.click()
        workspace = service.demo["workspace"]["id"]
        places = ("", "/exports", "/exports/new")
        own = [
            *SIGNED_IN,
            *(f"/workspaces/{workspace}{place}" for place in places),
            *pages_of_installs(service, workspace),
            *(f"{apps}{rest}" for rest in RECORDS),
        ]
        found |= {path: violations(page, path) for path in own}
    assert {path: rules for path, rules in found.items() if rules} == {}


def pages_of_installs(service, workspace: str) -> list[str]:
    """Return the pages of an import, of what came of it, and of two that the workspace's side has to carry out."""
    last = service.call("GET", f"/api/v1/workspaces/{workspace}/imports").json["items"][0]
    closed = service.call(
        "POST",
        "/api/v1/workspaces",
        {"name": "閉じた場所", "kind": "closed-network", "address": "https://mihon.cybozu.com"},
    ).json["workspace"]["id"]
    outside = [
        service.call("POST", f"/api/v1/workspaces/{closed}/imports", {"template": template, "mode": mode}).json["id"]
        for template, mode in (("yokoten/handover-notes", "pull"), ("yokoten/subsidy-program-master", "carry"))
    ]
    return [
        f"/imports/{last['id']}",
        f"/imports/{last['id']}/receipt",
        f"/installations/{last['installation_id']}/check",
        f"/workspaces/{closed}",
        *(f"/imports/{each}" for each in outside),
    ]


def violations(page, path) -> list[str]:
    page.goto(path)
    return problems(page)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_record_breaks_a_rule(service, language):
    location = service.install("yokoten/subsidy-grant-management", sample_records=True)
    app = service.wait_for_import(location)["app_ids"]["subsidy-grant-management"]
    base = f"/w/{service.demo['workspace']['id']}/k/{app}"
    with open_browser("phone", f"http://localhost:{service.port}") as (page, _faults):
        page.goto("/sign-in")
        person = service.demo["people"][0]
        page.locator("input[name=email]").fill(person["email"])
        page.locator("input[name=password]").fill(person["password"])
        page.get_by_role("main").get_by_role("button").first.click()
        page.goto(f"/language?to={language}&next=/")
        places = ("show?record=1", "edit?record=1", "delete?record=1", "status?record=1&action=書類確認に進める", "new")
        found = {place: violations(page, f"{base}/{place}") for place in places}
        page.locator("button[value^='find:']").first.click()
        page.get_by_role("dialog").get_by_role("searchbox").wait_for()
        found["picker"] = problems(page)
        page.locator("dialog [data-close]").click()
        page.locator("#record-form button[value=save]").first.click()
        page.get_by_role("alert").wait_for()
        found["refused"] = problems(page)
    assert {place: rules for place, rules in found.items() if rules} == {}
