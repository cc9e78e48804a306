"""Who may call: passwords, tokens, rights."""

from __future__ import annotations

import base64

import pytest

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kintone_api.door import OWNER_KEY, STARTER_KEY
from marketplace.sandbox import sites, tokens
from marketplace.sandbox.apps import find_app
from tests.fakes import FixedClock
from tests.kintone_api.conftest import PASSWORD, SITE, Kintone, credentials


def outcome(kintone: Kintone, headers: dict[str, str], name: str = "apps", **parameters: object) -> tuple[int, str]:
    response = Kintone.send(kintone, "GET", name, query_string=parameters, headers=headers)
    return response.status_code, response.json.get("code", "")


@pytest.fixture
def anonymous(web: MarketplaceApp) -> Kintone:
    """A client without credentials."""
    return Kintone(web, {})


@pytest.fixture
def issue(sessions: Sessions, clock: FixedClock):
    """Issue a token for an app."""

    def make(app_id: int, *permissions: str) -> str:
        with unit_of_work(sessions) as (session, _):
            app = find_app(session, SITE, app_id)
            return tokens.issue_app_token(session, app, permissions, clock())

    return make


def test_a_call_without_credentials_is_asked_to_log_in(anonymous: Kintone):
    response = anonymous.send("GET", "apps")
    assert (response.status_code, response.json["code"]) == (401, "CB_AU01")
    assert response.json["message"] == "ログインしてください。"


@pytest.mark.parametrize(
    "header",
    [
        base64.b64encode(b"admin:wrong").decode(),
        base64.b64encode(b"nobody:correct-horse").decode(),
        base64.b64encode(b"Administrator:").decode(),
        base64.b64encode(b"admin").decode(),
        base64.b64encode(b"\xff\xfe:x").decode(),
        base64.b64encode(b"a\x00b:x").decode(),
        "not base64!",
    ],
    ids=["wrong", "unknown", "no-password-set", "no-colon", "no-utf8", "nul", "no-base64"],
)
def test_credentials_that_do_not_fit_are_refused(anonymous: Kintone, header):
    assert outcome(anonymous, {"X-Cybozu-Authorization": header}) == (401, "CB_WA01")


def test_an_unknown_site_answers_in_json(anonymous: Kintone):
    response = anonymous.send("GET", "apps", site="nowhere", headers=credentials("admin"))
    assert response.status_code == 404
    assert set(response.json) == {"code", "id", "message"}


def test_a_login_counts_in_its_own_site_only(sessions: Sessions, clock: FixedClock, anonymous: Kintone):
    with unit_of_work(sessions) as (session, _):
        sites.create_site(session, "mihon", "みほん市", clock())
    response = anonymous.send("GET", "apps", site="mihon", headers=credentials("admin"))
    assert response.json["code"] == "CB_WA01"


def test_the_apps_of_another_site_do_not_exist(sessions: Sessions, clock: FixedClock, web, kintone: Kintone):
    with unit_of_work(sessions) as (session, _):
        sites.create_site(session, "mihon", "みほん市", clock())
        sites.add_user(session, "mihon", "admin", "管理者", PASSWORD, is_admin=True)
    kintone.live_app()
    response = kintone.send("GET", "app/form/fields", site="mihon", query_string={"app": 1})
    assert response.json["code"] == "GAIA_AP01"


def test_the_service_itself_acts_for_the_owner(web: MarketplaceApp, anonymous: Kintone):
    response = anonymous.send("GET", "apps", environ_overrides={OWNER_KEY: "1"})
    assert response.status_code == 200


def test_a_starter_alone_is_nobody(web: MarketplaceApp, anonymous: Kintone):
    response = anonymous.send("GET", "apps", environ_overrides={STARTER_KEY: "admin"})
    assert response.status_code == 401


@pytest.mark.parametrize(("starter", "creator"), [("sato", "sato"), ("nobody", "Administrator")])
def test_what_the_service_makes_for_somebody_is_theirs(kintone: Kintone, anonymous: Kintone, starter, creator):
    keys = {OWNER_KEY: "1", STARTER_KEY: starter}
    app = anonymous.send("POST", "preview/app", {"name": "台帳"}, environ_overrides=keys).json["app"]
    anonymous.send("POST", "preview/app/deploy", {"apps": [{"app": app}]}, environ_overrides=keys)
    assert kintone.get("app", id=app)["creator"]["code"] == creator


def test_no_header_opens_the_door_of_the_service(anonymous: Kintone):
    assert outcome(anonymous, {OWNER_KEY: "1", "yokoten-site-owner": "1"}) == (401, "CB_AU01")


def test_a_token_reaches_its_app_with_its_permissions(kintone: Kintone, anonymous: Kintone, issue):
    app, other = kintone.live_app(), kintone.live_app()
    sent = {"X-Cybozu-API-Token": issue(app, "view")}
    assert outcome(anonymous, sent, "app/form/fields", app=app)[0] == 200
    assert outcome(anonymous, sent, "preview/app/form/fields", app=app) == (403, "GAIA_NO01")
    assert outcome(anonymous, sent, "app/form/fields", app=other) == (400, "GAIA_IA02")


def test_several_tokens_reach_several_apps(kintone: Kintone, anonymous: Kintone, issue):
    first, second = kintone.live_app(), kintone.live_app()
    sent = {"X-Cybozu-API-Token": f"{issue(first, 'view')}, {issue(second, 'view')}"}
    assert outcome(anonymous, sent, "app/form/fields", app=second)[0] == 200


def test_several_tokens_may_stand_in_a_header_each(kintone: Kintone, anonymous: Kintone, issue):
    first, second = kintone.live_app(), kintone.live_app()
    headers = [("X-Cybozu-API-Token", issue(first, "view")), ("X-Cybozu-API-Token", issue(second, "view"))]
    for app in (first, second):
        address = f"/w/{SITE}/k/v1/app/form/fields.json?app={app}"
        assert anonymous.client.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer abc"}, {"Cookie": "JSESSIONID=abc"}])
def test_oauth_and_cookies_are_no_credentials_here(anonymous: Kintone, headers):
    assert outcome(anonymous, headers) == (401, "CB_AU01")


def test_one_bad_token_spoils_the_call(kintone: Kintone, anonymous: Kintone, issue):
    app = kintone.live_app()
    sent = {"X-Cybozu-API-Token": f"{issue(app, 'view')},abc"}
    assert outcome(anonymous, sent, "app/form/fields", app=app) == (400, "GAIA_IA02")


def test_two_tokens_of_one_app_are_refused(kintone: Kintone, anonymous: Kintone, issue):
    app = kintone.live_app()
    sent = {"X-Cybozu-API-Token": f"{issue(app, 'view')},{issue(app, 'add')}"}
    assert outcome(anonymous, sent, "app/form/fields", app=app) == (400, "GAIA_DA03")


def test_ten_tokens_are_too_many(anonymous: Kintone):
    assert outcome(anonymous, {"X-Cybozu-API-Token": ",".join("a" * 10)}) == (400, "CB_VA01")


def test_a_token_does_nothing_before_its_app_is_deployed(kintone: Kintone, anonymous: Kintone, issue):
    app = kintone.make_app()
    sent = {"X-Cybozu-API-Token": issue(app, "view", "admin")}
    assert outcome(anonymous, sent, "preview/app/form/fields", app=app) == (400, "GAIA_IA02")


def test_a_good_password_wins_over_a_bad_token(kintone: Kintone):
    assert outcome(kintone, {"X-Cybozu-API-Token": "abc"}) == (200, "")


@pytest.mark.parametrize("call", [("GET", "apps"), ("POST", "preview/app"), ("PUT", "preview/app/customize")])
def test_some_calls_refuse_tokens(kintone: Kintone, anonymous: Kintone, issue, call):
    app = kintone.live_app()
    anonymous.headers = {"X-Cybozu-API-Token": issue(app, "view", "admin")}
    body = None if call[0] == "GET" else {"app": app, "name": "x"}
    response = anonymous.send(*call, body)
    assert (response.status_code, response.json["code"]) == (403, "GAIA_NO01")


def test_a_user_without_rights_can_t_change_settings(kintone: Kintone, as_sato: Kintone):
    app = kintone.live_app()
    assert as_sato.refused("PUT", "preview/app/settings", app=app, theme="BLUE") == (403, "CB_NO02")
    assert as_sato.get("app/form/fields", app=app)["revision"] == "1"


def test_the_creator_of_an_app_manages_it(as_sato: Kintone):
    app = as_sato.make_app()
    as_sato.put("preview/app/settings", app=app, theme="BLUE")


def test_an_app_closed_to_everyone_disappears_for_them(kintone: Kintone, as_sato: Kintone):
    app = kintone.live_app()
    kintone.put("preview/app/acl", app=app, rights=[{"entity": {"type": "CREATOR"}, "appEditable": True}])
    kintone.deploy(app)
    assert as_sato.get("apps")["apps"] == []
    response = as_sato.send("GET", "app/form/fields", query_string={"app": app})
    assert (response.status_code, response.json["code"]) == (403, "CB_NO02")


def test_the_first_right_that_applies_decides(kintone: Kintone, as_sato: Kintone):
    app = kintone.live_app()
    nobody = {"entity": {"type": "USER", "code": "sato"}}
    everyone = {"entity": {"type": "GROUP", "code": "everyone"}, "recordViewable": True}
    kintone.put("preview/app/acl", app=app, rights=[nobody, everyone])
    kintone.deploy(app)
    assert as_sato.get("apps")["apps"] == []
