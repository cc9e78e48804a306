"""How calls and answers look, whatever they are about."""

from __future__ import annotations

import json
import re

import pytest

from marketplace.edge.app import MarketplaceApp
from marketplace.kintone_api import routes
from marketplace.kintone_api.concurrency import LIMIT, InFlight
from tests.kintone_api.conftest import SITE, Kintone, credentials


def test_a_refusal_is_json_with_code_id_and_message(kintone: Kintone):
    response = kintone.send("GET", "app", query_string={"id": 99})
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/json;charset=utf-8"
    assert response.headers["X-Cybozu-Error"] == "GAIA_AP01"
    assert set(response.json) == {"code", "id", "message"}
    assert re.fullmatch(r"[A-Za-z0-9_-]+", response.json["id"])
    assert response.json["message"] == "指定したアプリ（id: 99）が見つかりません。削除されている可能性があります。"


def test_every_refusal_has_an_id_of_its_own(kintone: Kintone):
    first, second = (kintone.send("GET", "app", query_string={"id": 99}).json["id"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("accepted", "begins"),
    [
        (None, "指定した"),
        ("ja", "指定した"),
        ("en", "The app"),
        ("en-US", "The app"),
        ("en,ja;q=0.9", "The app"),
        ("ja,en;q=0.9", "指定した"),
        ("*", "指定した"),
        ("fr", "指定した"),
        ("en;q=0.3, ja;q=0.8", "指定した"),
        ("ja;q=0.3, en;q=0.8", "The app"),
        ("fr, en;q=0.2", "The app"),
        ("*;q=0.5, en", "The app"),
        ("en;q=0", "指定した"),
    ],
)
def test_messages_follow_accept_language(kintone: Kintone, accepted, begins):
    headers = {} if accepted is None else {"Accept-Language": accepted}
    response = kintone.send("GET", "app", query_string={"id": 99}, headers=headers)
    assert response.json["message"].startswith(begins)


def test_a_success_tells_how_many_calls_are_under_way(kintone: Kintone):
    response = kintone.send("GET", "apps")
    assert response.headers["X-ConcurrencyLimit-Limit"] == "100"
    assert response.headers["X-ConcurrencyLimit-Running"] == "1"


def test_a_refusal_tells_its_code_in_a_header(kintone: Kintone):
    assert kintone.send("POST", "record", {}).headers["X-Cybozu-Error"] == "CB_VA01"


def test_the_call_that_is_one_too_many_is_refused(kintone: Kintone, monkeypatch: pytest.MonkeyPatch):
    crowded = InFlight()
    for _ in range(LIMIT):
        crowded.enter(SITE)
    monkeypatch.setattr(routes, "_in_flight", crowded)
    response = kintone.send("GET", "apps")
    assert (response.status_code, response.json["code"]) == (429, "GAIA_TO04")
    assert response.json["message"] == "APIの同時リクエスト数が上限を超えています。"
    assert response.headers["X-ConcurrencyLimit-Limit"] == "100"
    english = kintone.send("GET", "apps", headers={"Accept-Language": "en"}).json["message"]
    assert english == "The number of concurrent API requests exceeds the limit."
    assert response.headers["X-Cybozu-Error"] == "GAIA_TO04"
    assert response.headers["X-ConcurrencyLimit-Running"] == "101"
    assert response.headers["Cache-Control"] == "no-cache, no-store, must-revalidate"
    crowded.leave(SITE)
    assert kintone.send("GET", "apps").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["k/v1/nothing.json", "k/v1/app/settings", "k/other", "k/", "k/guest/1/v1/no.json"])
def test_an_unknown_path_answers_in_json(kintone: Kintone, method, path):
    response = kintone.client.open(f"/w/{SITE}/{path}", method=method, headers=kintone.headers)
    assert response.status_code == 404
    assert set(response.json) == {"code", "id", "message"}


def test_settings_in_use_can_t_be_written_directly(kintone: Kintone):
    assert kintone.refused("PUT", "app/settings", app=1)[0] == 404


def test_a_path_into_a_guest_space_is_refused(kintone: Kintone):
    app = kintone.live_app()
    response = kintone.client.get(f"/w/{SITE}/k/guest/3/v1/app.json?id={app}", headers=kintone.headers)
    assert (response.status_code, response.json["code"]) == (403, "CB_NO02")


@pytest.mark.parametrize(
    "query",
    ["apps[0]={a}&apps[1]={b}", "apps%5B0%5D={a}&apps%5B1%5D={b}", "apps={a}&apps={b}", "apps[]={a}&apps[]={b}"],
)
def test_lists_in_urls_are_read_in_every_spelling(kintone: Kintone, query):
    first, second = kintone.live_app(), kintone.live_app()
    response = kintone.send("GET", "preview/app/deploy", query_string=query.format(a=first, b=second))
    assert [each["app"] for each in response.json["apps"]] == [str(first), str(second)]


def test_a_get_may_carry_a_body(kintone: Kintone):
    app = kintone.live_app()
    assert kintone.send("GET", "app", {"id": app}).json["appId"] == str(app)


def test_a_post_runs_as_the_method_that_its_header_names(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 甲={"type": "NUMBER"})
    read = kintone.send("POST", "preview/app/form/fields", {"app": app}, headers={"X-HTTP-Method-Override": "GET"})
    assert "甲" in read.json["properties"]
    body = {"app": app, "fields": ["甲"]}
    kintone.send("POST", "preview/app/form/fields", body, headers={"X-HTTP-Method-Override": "DELETE"})
    assert "甲" not in kintone.get("preview/app/form/fields", app=app)["properties"]


@pytest.mark.parametrize("override", ["get", "PATCH", "NONSENSE"])
def test_an_override_to_no_known_method_is_refused(kintone: Kintone, override):
    response = kintone.send("POST", "apps", {}, headers={"X-HTTP-Method-Override": override})
    assert response.status_code == 404


def test_only_a_post_can_be_overridden(kintone: Kintone):
    app = kintone.make_app()
    response = kintone.send(
        "GET", "preview/app/form/fields", {"app": app}, headers={"X-HTTP-Method-Override": "DELETE"}
    )
    assert "properties" in response.json


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"app": NaN}',
        b'{"app": Infinity}',
        b'{"app": 1e999}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\u0000"}',
        b'{"a": ' + b"[" * 100_000,
        b'{"app": ' + b"9" * 5000 + b"}",
    ],
    ids=["broken", "list", "text", "no-utf8", "nan", "inf", "huge", "surrogate", "nul", "deep", "digits"],
)
def test_a_body_that_is_no_usable_json_object_is_refused(kintone: Kintone, data):
    response = kintone.send("POST", "preview/app", data=data)
    assert (response.status_code, response.json["code"]) == (400, "CB_IJ01")


def test_an_address_over_8_kb_is_refused(kintone: Kintone):
    response = kintone.send("GET", "apps", query_string={"name": "a" * 9000})
    assert response.status_code == 414
    assert response.json["code"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "必須です。"),
        (None, "必須です。"),
        (0, "最小でも1以上です。"),
        ("-5", "最小でも1以上です。"),
        ("abc", "整数で指定してください。"),
        ("1.5", "整数で指定してください。"),
        (1.5, "整数で指定してください。"),
        ("１", "整数で指定してください。"),
        (True, "整数で指定してください。"),
        ([], "整数で指定してください。"),
        (10**30, "整数で指定してください。"),
    ],
)
def test_a_bad_app_number_is_named(kintone: Kintone, value, message):
    assert kintone.errors("PUT", "preview/app/settings", app=value) == {"app": [message]}


def test_messages_by_key_are_english_for_english_callers(kintone: Kintone):
    response = kintone.send("PUT", "preview/app/settings", {}, headers={"Accept-Language": "en"})
    assert response.json["message"] == "Missing or invalid input."
    assert response.json["errors"] == {"app": {"messages": ["Required field."]}}


@pytest.mark.parametrize("app", [2**31, 2**62, "9" * 18])
def test_a_number_beyond_every_app_is_simply_unknown(kintone: Kintone, app):
    assert kintone.refused("PUT", "preview/app/settings", app=app) == (404, "GAIA_AP01")


def test_an_unexpected_failure_tells_nothing_of_the_inside(web: MarketplaceApp, monkeypatch: pytest.MonkeyPatch):
    def fail(_call: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setitem(routes.find_api.__globals__["APIS"], ("GET", "broken.json"), fail)
    response = Kintone(web, credentials("admin")).send("GET", "broken")
    assert response.status_code == 500
    assert set(response.json) == {"code", "id", "message"}
    assert "inside" not in json.dumps(response.json)


def test_braces_in_values_are_no_placeholders(kintone: Kintone):
    app = kintone.make_app()
    assert kintone.refused("DELETE", "preview/app/form/fields", app=app, fields=["{0}{code}"]) == (400, "GAIA_FC01")
