"""Whoever has no business with みほん市 finds nothing of it, and changes nothing, at any address by any method."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from tests.security import planted as planting
from tests.security.planted import Planted, mark, marks_in
from tests.security.whole_map import Place, places

REFUSED = {401, 403, 404, 405}
READS = {"GET", "HEAD"}
OUTSIDERS = [
    pytest.param("stranger", marks=pytest.mark.slow),
    "neighbour",
    pytest.param("token of the neighbour", marks=pytest.mark.slow),
    pytest.param("token without scopes", marks=pytest.mark.slow),
]
LEFT_OUT = {
    "healthz": "is not ready in a database that was made without migrations: tests/telemetry/test_health.py",
    "readyz": "as healthz",
    "web_accounts.end": "ends the session that walks: tests/web/test_account.py",
}
PUBLISHED = {
    *("api_docs.show_api", "api_docs.show_errors", "api_v1.openapi", "static"),
    *("web_help.bundle", "web_help.how_to", "web_help.show", "web_help.statement", "web_start.show"),
    *("api_v1.compare_versions", "api_v1.download_bundle", "api_v1.get_template", "api_v1.get_version"),
    *("api_v1.list_reviews", "api_v1.list_similar", "api_v1.list_templates", "api_v1.list_versions"),
    *("api_v1.find_stories", "api_v1.read_story", "api_v1.get_wanted_app", "api_v1.list_wanted_apps"),
    *("api_v1.get_municipality", "api_v1.list_municipalities", "api_v1.suggest_while_typing"),
    *("api_v1.list_signing_keys", "web_outside.signing_keys"),
    *("web_catalog.app", "web_catalog.compare", "web_catalog.diff", "web_catalog.index", "web_catalog.miniature"),
    *("web_catalog.picture", "web_catalog.proposal", "web_catalog.show"),
    *("web_directory.index", "web_directory.show", "web_stories.index", "web_stories.show"),
    *("web_wanted.index", "web_wanted.show"),
}
OPEN = dict.fromkeys(PUBLISHED, "is published for everybody") | {
    "livez": "tells that the process answers",
    "web_account.back": "leads to the page that asks for the session",
    "web_invitations.back": "leads to the page that asks for the session",
    "web_second_factor.back": "leads to the page that asks for the session",
    "web_takeouts.back": "leads to the page that asks for the session",
    "web_account.choose_language": "keeps the language of a visitor in the cookie",
    "web_language.switch": "keeps the language of a visitor in the cookie",
    "web_accounts.show": "is where one signs in",
    "web_accounts.ask_second": "leads to where one signs in",
    "web_accounts.take_second": "leads to where one signs in",
    "web_password_reset.ask": "is for those who can't sign in",
    "web_password_reset.order": "is for those who can't sign in",
    "web_password_reset.tell": "is for those who can't sign in",
    "web_tryouts.start": "makes a try-out of the visitor's own: tests/tryouts",
}
"""What a stranger is not refused, and why."""
OWN_ACTS = {
    "api_v1.vote_for_wanted_app": "a vote is counted in the wanted app of another",
    "api_v1.take_vote_back": "a vote is counted in the wanted app of another",
    "web_wanted.vote": "a vote is counted in the wanted app of another",
    "web_wanted.take_vote_back": "a vote is counted in the wanted app of another",
    "web_tryouts.start": "makes a try-out of the visitor's own: tests/tryouts",
}
"""By what an outsider changes rows that others see, and why that is meant so."""
READERS_ACTS = {
    "web_account.choose_language": "the reader's own account",
    "web_account.end_other_sessions": "the reader's own account",
    "web_account.change_password": "the reader's own account; the empty form is refused",
    "web_account.rename": "the reader's own account; the empty form is refused",
    "web_account.add_authenticator": "the reader's own account; a wrong password is counted",
    "web_account.add_passkey": "the reader's own account; a wrong password is counted",
    "web_account.remove_authenticator": "the reader's own account; a wrong password is counted",
    "web_account.renew_codes": "the reader's own account; a wrong password is counted",
    "web_accounts.start": "is where one signs in; the empty form is refused and counted",
    "web_accounts.take_second": "leads to where one signs in",
    "web_password_reset.order": "is for those who can't sign in",
    "web_reports.create": "every member may report; the empty form is refused",
    "web_apps.compute": "members work in apps by the rights of the app, and become users of the workspace by it",
    "web_apps.create": "members work in apps by the rights of the app: tests/web/test_rights_of_members.py",
    "web_apps.update": "members work in apps by the rights of the app; another revision is refused",
    "web_outside.report": "what is no report is told before who may bring one; one that is, is refused",
    "web_tryouts.start": "makes a try-out of the visitor's own: tests/tryouts",
}
"""What somebody who may only read is not refused, and why."""
READERS_SEE = {
    mark(kind)
    for kind in (
        *("workspace", "closed", "domain", "login", "space"),
        *("record", "filename", "filedata", "comment", "group"),
        *("admin", "adminmail", "member", "membermail"),
    )
} | {"zqx7.example", "zqx7.cybozu"}
"""Of the marks those that a colleague who may read workspaces is meant to see."""


@pytest.fixture(scope="module")
def everywhere(planted: Planted) -> list[Place]:
    """Every place that is not left out."""
    return [place for place in places(planted) if place.endpoint not in LEFT_OUT]


def test_every_rule_of_the_url_map_is_walked(planted, everywhere):
    rules = {rule.endpoint for rule in planted.app.url_map.iter_rules()}
    assert {place.endpoint for place in everywhere} == rules - LEFT_OUT.keys()
    assert rules >= OPEN.keys() | OWN_ACTS.keys() | READERS_ACTS.keys() | LEFT_OUT.keys()


@pytest.mark.slow
def test_those_concerned_see_every_mark_and_no_cache_keeps_it(planted, everywhere):
    seen, kept = set(), {}
    for visitor in planted.owners():
        for place in (place for place in everywhere if place.method == "GET"):
            answer = place.ask(visitor)
            assert answer.status_code < 500, (place, answer.text[-1000:])
            found = marks_in(answer)
            seen |= found
            if found and answer.headers.get("Cache-Control") != "no-store":
                kept[str(place)] = found
    written = re.findall(r'mark\(["\']([a-z]+)["\']\)', Path(planting.__file__).read_text(encoding="utf-8"))
    assert {mark(kind) for kind in written} - seen == set()
    assert kept == {}


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_is_refused_wherever_something_of_the_municipality_is_named(planted, everywhere, name):
    visitor, before, wrong = planted.visitors[name], planted.rows(), {}
    for place in (place for place in everywhere if place.is_owned):
        answer = place.ask(visitor)
        is_refused = answer.status_code in REFUSED or (place.method == "OPTIONS" and not answer.get_data())
        if marks_in(answer) or not is_refused:
            wrong[str(place)] = (answer.status_code, marks_in(answer))
    assert wrong == {}
    assert planted.rows() ^ before == set()


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_meets_nothing_of_the_municipality_anywhere_else(planted, everywhere, name):
    visitor, before, wrong = planted.visitors[name], planted.rows(), {}
    for place in (place for place in everywhere if not place.is_owned and place.endpoint not in OWN_ACTS):
        answer = place.ask(visitor)
        if marks_in(answer) or answer.status_code >= 500:
            wrong[str(place)] = (answer.status_code, marks_in(answer))
    assert wrong == {}
    assert before - planted.rows() == set()


def test_a_stranger_is_refused_whatever_is_not_for_everybody(planted, everywhere):
    statuses: dict[str, set[int]] = {}
    for place in everywhere:
        if place.method != "OPTIONS":
            answer = place.ask(planted.visitors["stranger"])
            assert marks_in(answer) == set(), place
            statuses.setdefault(place.endpoint, set()).add(answer.status_code)
    assert {endpoint for endpoint, found in statuses.items() if found - REFUSED} ^ OPEN.keys() == set()


@pytest.mark.slow
def test_a_reader_sees_what_readers_may_and_changes_nothing(planted, everywhere):
    reader, seen, let_in, before = planted.visitors["reader"], {}, {}, planted.rows()
    for place in (place for place in everywhere if place.endpoint not in READERS_ACTS):
        answer = place.ask(reader)
        assert answer.status_code < 500, place
        if marks_in(answer) - READERS_SEE:
            seen[str(place)] = marks_in(answer) - READERS_SEE
        if answer.status_code not in REFUSED and place.method not in {*READS, "OPTIONS"}:
            let_in[str(place)] = answer.status_code
    assert (seen, let_in) == ({}, {})
    assert planted.rows() ^ before == set()


def test_a_reader_brings_no_report_of_an_import(planted):
    before = planted.rows()
    for kept in ("import_id", "carry"):
        sent = {"report": (io.BytesIO(b'{"format": 1}'), "report.json")}
        answer = planted.visitors["reader"].send("POST", f"/imports/{planted.ids[kept]}/report", data=sent)
        assert answer.status_code == 403, answer.text[-2000:]
    assert planted.rows() ^ before == set()
