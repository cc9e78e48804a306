"""Items that nobody asked for, and addresses that lead away: refused wherever they can be sent."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

import pytest
from werkzeug.test import TestResponse

from marketplace.api.v1.openapi import build_document
from marketplace.kernel.text import Language
from tests.accounts.factories import PASSWORD
from tests.bundle.factories import make_bundle
from tests.municipalities.factories import MIHON
from tests.security.planted import mark

MORE = {"id": "x", "municipality_code": "993026", "permissions": ["service:operate"], "verified_at": "2026-04-01"}
"""Columns of tables that nobody may set from outside."""
MEANT = {
    "ask_next_call": {"import_id": "pull"},
    "report_outcome": {"import_id": "pull"},
    "change_connection": {"workspace_id": "domain"},
    "replace_credentials": {"workspace_id": "domain"},
    "withdraw_version": {"publisher": MIHON, "slug": "own"},
}
"""Of which of the planted things an endpoint reads its input."""
LEFT_OUT = {
    "answer_finding": "no token answers findings: tests/publishing/test_answers.py",
    "report_import": "a report has a shape of its own and is refused as a whole: tests/installs_outside",
}
AWAY = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:/evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%5Cevil.example",
    "/%2F%2Fevil.example",
    "%2F%2Fevil.example",
    "/\r\nLocation: https://evil.example",
    "/%0D%0ALocation:%20https://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "@evil.example",
    ".evil.example",
    "//evil.example@localhost/",
    "https://localhost@evil.example/",
    "\ufeff//evil.example",
    "/\u2028/evil.example",
    "／／evil.example",
]


def test_items_that_are_no_part_of_the_input_are_refused_by_every_endpoint(planted):
    with planted.app.app_context():
        document = build_document(planted.app, Language.EN, "http://localhost")
    planted.web.release(make_bundle(slug="own", version="1.0.0"), publisher=MIHON)
    ids, taken, count = {**planted.ids, "number": "1"}, {}, 0
    before = planted.rows()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            if name not in LEFT_OUT and "application/json" in operation.get("requestBody", {}).get("content", {}):
                count += 1
                meant = {argument: planted.ids.get(kept, kept) for argument, kept in MEANT.get(name, {}).items()}
                answer = planted.token.send(method.upper(), path.format_map({**ids, **meant}), json=MORE)
                pointed = {error["pointer"] for error in (answer.json or {}).get("errors", [])}
                if not pointed >= {f"/{item}" for item in MORE}:
                    taken[name] = (answer.status_code, answer.text[:300])
    assert count > 20
    assert taken == {}
    assert planted.rows() ^ before == set()


@pytest.mark.parametrize("wanted", AWAY, ids=ascii)
def test_no_form_and_no_link_leads_to_another_site(planted, wanted):
    browser = planted.app.test_client()
    sent = {"email": f"{mark('adminmail')}@example.lg.jp", "password": PASSWORD, "next": wanted}
    answers = [
        browser.get(f"/language?to=en&next={quote(wanted)}"),
        browser.get(f"/sign-in/second-factor?next={quote(wanted)}"),
        browser.post("/sign-in/second-factor", data={"next": wanted}),
        browser.get(f"/sign-in?next={quote(wanted)}"),
        browser.get("/no-such-page", headers={"Referer": f"http://localhost/{quote(wanted)}"}),
        browser.post("/sign-in", data={**sent, "password": "wrong password"}),
        browser.post("/sign-in", data=sent),
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 200, 404, 401, 303]
    for place in (place for answer in answers for place in led_to(answer)):
        assert host_of(place) in {"", "localhost"}, place


def led_to(answer: TestResponse) -> list[str]:
    """Return where an answer and the links and forms in it lead."""
    return [*answer.headers.getlist("Location"), *re.findall(r'(?:href|action)="([^"]*)"', answer.text)]


def host_of(place: str) -> str:
    """Return the host that a browser understands: it drops tabs and line ends and turns backslashes round."""
    as_browsers = re.sub(r"[\t\r\n]", "", unescape(place).strip()).replace("\\", "/")
    return urlsplit(urljoin("http://localhost/sign-in", as_browsers)).netloc
