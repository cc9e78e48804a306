"""What is seen most breaks no rule of WCAG 2.2 AA that axe-core can check.

tests/walks looks at every page of the site in both languages, and at every state that its walks come to.
"""

from __future__ import annotations

import pytest

from tests.e2e.axe import problems
from tests.e2e.browser import open_browser, sign_in

TEMPLATE = "/templates/yokoten/subsidy-grant-management"
PAGES = [
    "/",
    "/templates?q=補助金",
    "/templates?q=みほん&category=fukushi&category=bosai&department=福祉課",
    "/municipalities",
    "/municipalities?q=そのような団体はありません&prefecture=北海道",
    "/municipalities/992011",
    "/municipalities/yokoten",
    "/templates?q=そのような言葉はありません",
    "/wanted",
    TEMPLATE,
    f"{TEMPLATE}/apps/subsidy-grant-management",
    f"{TEMPLATE}/proposal",
    f"{TEMPLATE}/versions/1.0.0/diff/1.1.0",
    f"{TEMPLATE}/compare",
    "/stories",
    "/stories?q=引継ぎ",
    "/stories?q=そのような言葉はありません",
    "/help",
    "/help/bundle",
    "/help/install",
    "/privacy",
    "/docs/api",
    "/docs/errors",
    "/sign-in",
    "/password-reset",
    "/outbox",
    "/no-such-page",
]
SIGNED_IN = [
    f"{TEMPLATE}/install",
    f"{TEMPLATE}/stories/new",
    "/workspaces",
    "/workspaces/connect",
    "/wanted/new",
    "/publish",
    "/drafts",
    "/members",
    "/my-municipality",
    "/my-municipality/data",
    "/my-municipality/handover",
    "/members/second-factor",
    "/members/log?who=x",
    "/account",
]
RECORDS = [
    "{master}/",
    "{master}/?q=補助&add=分野",
    "{master}/?f1=分野&o1=in&v1=ない",
    "{master}/?view=受付終了カレンダー",
    "{master}/reports",
    "{master}/export",
    "{master}/import",
    "{applications}/",
    "{applications}/settings",
    "{applications}/settings/rights",
]
"""Pages of the apps that the template installs."""
APPS = {
    "master": "subsidy-program-master",
    "recipients": "recipient-register",
    "applications": "subsidy-grant-management",
}
LEFT = {
    "/docs/api",
    "/docs/errors",
    "/municipalities/yokoten",
    "/municipalities?q=そのような団体はありません&prefecture=北海道",
    "/templates?q=みほん&category=fukushi&category=bosai&department=福祉課",
    "/stories?q=引継ぎ",
    "/stories?q=そのような言葉はありません",
    "/help/bundle",
    "/privacy",
    "/password-reset",
}
"""Left to tests/walks/test_every_page.py, which takes its time: they are long, or much like others."""


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.fixture(scope="module")
def apps(service) -> dict[str, str]:
    """Where the pages of each installed app begin."""
    progress = service.wait_for_import(service.install("yokoten/subsidy-grant-management", sample_records=True))
    assert progress["state"] == "succeeded", progress
    base = f"/w/{service.demo['workspace']['id']}/k"
    return {name: f"{base}/{progress['app_ids'][key]}" for name, key in APPS.items()}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_page_breaks_a_rule(service, apps):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, _faults):
        found = {path: violations(page, path) for path in PAGES if path not in LEFT}
        sign_in(page, service.demo["people"][0])
        workspace = service.demo["workspace"]["id"]
        places = ("", "/exports", "/exports/new")
        own = [
            *SIGNED_IN,
            *(f"/wanted/{each['id']}" for each in service.call("GET", "/api/v1/wanted-apps").json["items"]),
            *(f"/workspaces/{workspace}{place}" for place in places),
            *pages_of_a_story(service),
            *pages_of_installs(service, workspace),
            *(rest.format_map(apps) for rest in RECORDS),
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


def pages_of_a_story(service) -> list[str]:
    """Return the pages of the newest story of the demonstration's municipality."""
    story = service.call("GET", f"/api/v1/stories?municipality={service.demo['people'][0]['municipality']}")
    address = f"/stories/{story.json['items'][0]['id']}"
    return [address, f"{address}/edit", f"{address}/delete"]


def violations(page, path) -> list[str]:
    page.goto(path)
    return problems(page)
