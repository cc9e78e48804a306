"""Preview and live settings, revisions, and deploys."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.sandbox.models import App
from tests.kintone_api.conftest import Kintone

DEPLOY = "preview/app/deploy"


def status(kintone: Kintone, *apps: int) -> list[str]:
    found = kintone.get(DEPLOY, **{f"apps[{index}]": app for index, app in enumerate(apps)})["apps"]
    assert [each["app"] for each in found] == [str(app) for app in apps]
    return [each["status"] for each in found]


@pytest.mark.parametrize("name", ["app/settings", "app/form/fields", "app/form/layout", "app/views", "app/acl"])
def test_an_app_that_was_never_deployed_has_no_live_settings(kintone: Kintone, name):
    app = kintone.make_app()
    response = kintone.send("GET", name, query_string={"app": app})
    assert (response.status_code, response.json["code"]) == (404, "GAIA_AP01")


def test_preview_settings_stay_unseen_until_the_deploy(kintone: Kintone):
    app = kintone.live_app()
    kintone.add_fields(app, 名前={"type": "SINGLE_LINE_TEXT"})
    assert "名前" not in kintone.get("app/form/fields", app=app)["properties"]
    kintone.deploy(app)
    assert "名前" in kintone.get("app/form/fields", app=app)["properties"]


def test_the_name_goes_live_with_the_deploy(kintone: Kintone):
    app = kintone.live_app()
    kintone.put("preview/app/settings", app=app, name="新しい名前")
    assert kintone.get("app", id=app)["name"] == "補助金申請"
    kintone.deploy(app)
    assert kintone.get("app", id=app)["name"] == "新しい名前"


def test_one_revision_counts_every_part(kintone: Kintone):
    created = kintone.post("preview/app", name="申請")
    app = created["app"]
    assert created["revision"] == "1"
    assert kintone.add_fields(app, 甲={"type": "NUMBER"}) == "2"
    assert kintone.put("preview/app/views", app=app, views={})["revision"] == "3"
    assert kintone.put("preview/app/settings", app=app, theme="BLUE")["revision"] == "4"
    assert kintone.get("preview/app/form/layout", app=app)["revision"] == "4"


def test_a_deploy_copies_the_revision_without_a_further_step(kintone: Kintone):
    app = kintone.live_app(甲={"type": "NUMBER"})
    assert kintone.get("app/form/fields", app=app)["revision"] == "2"
    kintone.put("preview/app/settings", app=app, theme="BLUE")
    assert kintone.get("app/form/fields", app=app)["revision"] == "2"
    assert kintone.get("preview/app/form/fields", app=app)["revision"] == "3"


@pytest.mark.parametrize("revision", [1, "1", 3])
def test_an_old_revision_is_a_conflict(kintone: Kintone, revision):
    app = kintone.make_app()
    kintone.add_fields(app, 甲={"type": "NUMBER"})
    refused = kintone.refused("PUT", "preview/app/settings", app=app, theme="BLUE", revision=revision)
    assert refused == (409, "GAIA_CO03")
    assert kintone.get("preview/app/settings", app=app)["theme"] == "WHITE"


@pytest.mark.parametrize("revision", [2, "2", -1, "-1", None])
def test_the_present_revision_or_any_is_accepted(kintone: Kintone, revision):
    app = kintone.make_app()
    kintone.add_fields(app, 甲={"type": "NUMBER"})
    kintone.put("preview/app/settings", app=app, theme="BLUE", revision=revision)


def test_a_deploy_with_an_old_revision_is_a_conflict(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 甲={"type": "NUMBER"})
    assert kintone.refused("POST", DEPLOY, apps=[{"app": app, "revision": 1}]) == (409, "GAIA_CO03")


def test_an_idle_app_reports_success(kintone: Kintone):
    assert status(kintone, kintone.make_app()) == ["SUCCESS"]


def test_several_apps_go_live_together_or_not_at_all(kintone: Kintone):
    master = kintone.live_app(名={"type": "SINGLE_LINE_TEXT"})
    good, bad = kintone.make_app(), kintone.make_app()
    definition = {"relatedApp": {"app": master}, "relatedKeyField": "名", "fieldMappings": []}
    kintone.add_fields(bad, 参照={"type": "SINGLE_LINE_TEXT", "lookup": definition})
    assert kintone.refused("POST", DEPLOY, apps=[{"app": good}, {"app": bad}]) == (400, "GAIA_LO03")
    response = kintone.send("GET", "app", query_string={"id": good})
    assert response.status_code == 404


def test_an_app_can_t_be_named_twice(kintone: Kintone):
    app = kintone.make_app()
    assert kintone.refused("POST", DEPLOY, apps=[{"app": app}, {"app": app}]) == (400, "CB_VA01")


@pytest.mark.parametrize("apps", [[], None, [{}], [{"app": "x"}], "1"])
def test_a_malformed_list_of_apps_is_refused(kintone: Kintone, apps):
    assert kintone.refused("POST", DEPLOY, apps=apps) == (400, "CB_VA01")


def test_records_that_break_a_new_rule_fail_the_deploy_of_their_app_and_cancel_the_others(kintone: Kintone):
    strict = kintone.live_app(名={"type": "SINGLE_LINE_TEXT"})
    other = kintone.live_app()
    for _ in range(2):
        kintone.post("record", app=strict, record={"名": {"value": "同じ"}})
    kintone.put("preview/app/form/fields", app=strict, properties={"名": {"unique": True}})
    kintone.put("preview/app/settings", app=other, theme="BLUE")
    kintone.deploy(strict, other)
    assert status(kintone, strict, other) == ["FAIL", "CANCEL"]
    assert kintone.get("app/form/fields", app=strict)["properties"]["名"]["unique"] is False
    assert kintone.get("app/settings", app=other)["theme"] == "WHITE"


@pytest.mark.parametrize(("longest", "ending"), [("2", "FAIL"), ("3", "SUCCESS")])
def test_a_new_longest_length_must_suit_the_records(kintone: Kintone, longest, ending):
    app = kintone.live_app(名={"type": "SINGLE_LINE_TEXT"})
    kintone.post("record", app=app, record={"名": {"value": "あいう"}})
    kintone.put("preview/app/form/fields", app=app, properties={"名": {"maxLength": longest}})
    kintone.deploy(app)
    assert status(kintone, app) == [ending]


def test_making_a_field_required_never_fails_a_deploy(kintone: Kintone):
    app = kintone.live_app(名={"type": "SINGLE_LINE_TEXT"})
    kintone.post("record", app=app, record={})
    kintone.put("preview/app/form/fields", app=app, properties={"名": {"required": True}})
    kintone.deploy(app)
    assert status(kintone, app) == ["SUCCESS"]


def test_a_revert_throws_all_preview_changes_away(kintone: Kintone):
    app = kintone.live_app(甲={"type": "NUMBER"})
    kintone.add_fields(app, 乙={"type": "NUMBER"})
    kintone.put("preview/app/settings", app=app, theme="BLUE")
    kintone.post(DEPLOY, apps=[{"app": app}], revert=True)
    assert "乙" not in kintone.get("preview/app/form/fields", app=app)["properties"]
    assert kintone.get("preview/app/settings", app=app)["theme"] == "WHITE"


def test_a_revert_leaves_an_app_that_was_never_deployed_alone(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 甲={"type": "NUMBER"})
    kintone.post(DEPLOY, apps=[{"app": app}], revert=True)
    assert "甲" in kintone.get("preview/app/form/fields", app=app)["properties"]


def test_a_formula_that_can_t_work_is_refused_at_deploy(kintone: Kintone):
    app = kintone.make_app()
    kintone.add_fields(app, 計={"type": "CALC", "expression": "無い項目 + 1"})
    assert kintone.refused("POST", DEPLOY, apps=[{"app": app}]) == (400, "GAIA_IL01")


@pytest.mark.parametrize("kind", ["lookup", "related", "action"])
def test_an_app_that_is_no_longer_there_refuses_the_deploy(kintone: Kintone, sessions: Sessions, kind):
    master = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT", "unique": True})
    app = kintone.live_app(番号二={"type": "SINGLE_LINE_TEXT"})
    related = {"relatedApp": {"app": master}}
    match kind:
        case "lookup":
            lookup = {**related, "relatedKeyField": "番号", "fieldMappings": []}
            kintone.add_fields(app, 参照={"type": "SINGLE_LINE_TEXT", "lookup": lookup})
        case "related":
            condition = {"field": "番号二", "relatedField": "番号"}
            table = {**related, "condition": condition, "displayFields": ["番号"]}
            kintone.add_fields(app, 関連={"type": "REFERENCE_TABLE", "referenceTable": table})
        case "action":
            action = {"index": 0, "destApp": {"app": master}, "mappings": [], "entities": []}
            kintone.put("preview/app/actions", app=app, actions={"写し": action})
    with unit_of_work(sessions) as (session, _):
        gone = session.scalars(select(App).where(App.app_id == master)).one()
        gone.app_id = 99
    assert kintone.refused("POST", DEPLOY, apps=[{"app": app}]) == (404, "GAIA_AP01")
    assert status(kintone, app) == ["SUCCESS"]
