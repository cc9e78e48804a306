"""The pages of an app's settings, for those who manage the workspace and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox import apps, sites
from marketplace.sandbox.models import App, AppToken, Part, Stage
from marketplace.sandbox.settings import acl, notifications
from marketplace.sandbox.settings.store import read_part
from marketplace.sandbox.tokens import make_app_token
from marketplace.sandbox.webhooks.models import DeliveryState, Webhook
from marketplace.sandbox.webhooks.posting import JOB, Postman
from tests.kintone_api.conftest import Kintone, credentials
from tests.kintone_api.test_records import ACTIONS, STATES
from tests.municipalities.factories import fictitious_code
from tests.sandbox_webhooks.factories import deliveries, messages
from tests.web.conftest import words

URL = "https://hooks.example.lg.jp/services/secret-path"
PAGES = ["", "/rights", "/tokens", "/webhooks", "/process", "/notifications"]


@pytest.fixture(scope="module")
def installed(prepared):
    """The id of a workspace with two apps in use; the first has a process."""
    world = prepared.world()
    workspace_id = world.open_workspace()
    headers = credentials("Administrator", world.reset_password(workspace_id))
    kintone = Kintone(world.app, headers, site=workspace_id)
    kintone.live_app(件名={"type": "SINGLE_LINE_TEXT"})
    kintone.put("preview/app/status", app=1, enable=True, states=STATES, actions=ACTIONS)
    kintone.deploy(1)
    kintone.live_app(名称={"type": "SINGLE_LINE_TEXT"})
    return workspace_id


@pytest.fixture
def settings(installed):
    """The address of the settings of its first app."""
    return f"/w/{installed}/k/1/settings"


@pytest.fixture
def admin(sign_in):
    return sign_in("admin")


def acts(session):
    """What the audit log tells of apps, oldest first."""
    kinds = ("webhook.", "app-")
    found = session.scalars(select(AuditEvent).order_by(AuditEvent.at, AuditEvent.id)).all()
    return [event for event in found if event.act.startswith(kinds)]


def add_webhook(browser, settings, **changes):
    """Add a webhook and return the address of its page."""
    data = {"url": URL, "description": "庁内チャットへ", "active": "yes", "events": ["ADD_RECORD"], **changes}
    answer = browser.post(f"{settings}/webhooks", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:300]
    return answer.headers["Location"]


def test_each_page_names_the_app_and_marks_where_one_is(admin, settings):
    for page in PAGES:
        soup = admin.read(settings + page)
        assert "補助金申請" in soup.h1.get_text()
        assert [tab["href"] for tab in soup.select(".tabs [aria-current]")] == [settings + page]


def test_each_page_speaks_english(admin, settings):
    assert [admin.get(f"{settings}{page}?lang=en").status_code for page in PAGES] == [200] * len(PAGES)


@pytest.mark.parametrize("role", ["reader", "installer", "publisher"])
def test_members_who_do_not_manage_are_refused(sign_in, settings, role):
    member = sign_in(role)
    assert {member.get(settings + page).status_code for page in PAGES} == {403}


def test_another_municipality_learns_nothing(sign_in, settings):
    stranger = sign_in("admin", fictitious_code())
    assert {stranger.get(settings + page).status_code for page in PAGES} == {404}


def test_an_app_that_is_not_there_is_not_found(admin, installed):
    for number in ("99", "99999999999"):
        assert {admin.get(f"/w/{installed}/k/{number}/settings{page}").status_code for page in PAGES} == {404}


def test_the_pages_are_kept_by_no_cache(admin, settings):
    assert admin.get(settings).headers["Cache-Control"] == "no-store"


def test_members_who_do_not_manage_change_nothing(sign_in, settings, session):
    reader = sign_in("reader")
    for path in ("/code", "/rights", "/tokens", "/tokens/x/delete", "/webhooks", "/webhooks/x", "/webhooks/x/test"):
        assert reader.post(settings + path, data={"code": "X", "act": "add"}).status_code == 403
    assert session.scalars(select(App.code).where(App.code != "")).all() == []


class TestOverview:
    def test_it_tells_how_the_app_stands(self, admin, settings):
        text = words(admin.read(settings))
        assert "反映済み" in text
        assert "まだ反映していない変更" not in text

    def test_changes_that_are_not_in_use_are_told(self, admin, settings, installed, sessions, clock):
        with unit_of_work(sessions) as (session, _):
            preview = apps.open_preview(session, sites.owner(session, installed), 1, None, clock())
            acl.replace_app_rights(preview, [])
            preview.advance()
        assert "まだ反映していない変更" in words(admin.read(settings))

    def test_an_app_in_preparation_has_its_pages_too(self, admin, installed, sessions, clock):
        with unit_of_work(sessions) as (session, _):
            made = apps.create_app(session, sites.owner(session, installed), "準備中", None, None, clock())
        for page in PAGES:
            admin.read(f"/w/{installed}/k/{made.app_id}/settings{page}")
        assert "まだ一度も反映していません" in words(admin.read(f"/w/{installed}/k/{made.app_id}/settings"))

    def test_a_code_is_put_before_record_numbers(self, admin, settings, session, installed):
        admin.send(f"{settings}/code", {"code": "HOJO-1"})
        assert session.scalar(select(App.code).where(App.site_id == installed, App.app_id == 1)) == "HOJO-1"
        assert "HOJO-1" in words(admin.read(settings))
        [event] = acts(session)
        assert (event.act, event.facts["before"], event.facts["after"]) == ("app-code.changed", "", "HOJO-1")

    def test_a_code_of_other_letters_is_refused_beside_the_field(self, admin, settings):
        for code in ("補助", "a b", "x" * 65, "a/b", "<b>"):
            control = admin.send(f"{settings}/code", {"code": code}, 422).find(id="f-code")
            assert (control["aria-invalid"], control["value"]) == ("true", code)

    def test_two_apps_of_a_workspace_have_different_codes(self, admin, settings, installed):
        admin.send(f"{settings}/code", {"code": "HOJO"})
        page = admin.send(f"/w/{installed}/k/2/settings/code", {"code": "HOJO"}, 422)
        assert "ほかのアプリで使用されています" in words(page)
        admin.send(f"{settings}/code", {"code": ""})
        admin.send(f"/w/{installed}/k/2/settings/code", {"code": "HOJO"})


class TestTokens:
    def test_a_token_is_shown_once_and_works_as_allowed(self, admin, app, settings, installed, session):
        data = {"name": "夜間の取り込み", "permissions": ["view"]}
        secret = admin.send(f"{settings}/tokens", data, 201).select_one("code.secret").get_text()
        assert secret not in admin.get(f"{settings}/tokens").get_data(as_text=True)
        headers = {"X-Cybozu-API-Token": secret}
        path = f"/w/{installed}/k/v1"
        assert app.test_client().get(f"{path}/records.json?app=1", headers=headers).status_code == 200
        assert app.test_client().delete(f"{path}/records.json?app=1&ids=1", headers=headers).status_code == 403
        [event] = acts(session)
        assert (event.act, event.facts["name"]) == ("app-token.issued", "夜間の取り込み")
        assert secret not in str(event.facts)

    def test_the_last_use_is_told(self, admin, app, settings, installed, session, clock):
        data = {"name": "a", "permissions": ["view"]}
        secret = admin.send(f"{settings}/tokens", data, 201).select_one("code.secret").get_text()
        assert "まだ使われていません" in words(admin.read(f"{settings}/tokens"))
        clock.advance(hours=1)
        headers = {"X-Cybozu-API-Token": secret}
        assert app.test_client().get(f"/w/{installed}/k/v1/records.json?app=1", headers=headers).status_code == 200
        assert "まだ使われていません" not in words(admin.read(f"{settings}/tokens"))
        [token] = session.scalars(select(AppToken))
        assert token.last_used_at == clock()

    def test_a_deleted_token_stops_at_once(self, admin, app, settings, installed, session):
        data = {"name": "a", "permissions": ["view"]}
        secret = admin.send(f"{settings}/tokens", data, 201).select_one("code.secret").get_text()
        admin.send(admin.read(f"{settings}/tokens").select_one("td form")["action"])
        headers = {"X-Cybozu-API-Token": secret}
        assert app.test_client().get(f"/w/{installed}/k/v1/records.json?app=1", headers=headers).status_code == 400
        assert {event.act for event in acts(session)} == {"app-token.issued", "app-token.deleted"}

    def test_what_is_missing_is_said_beside_it(self, admin, settings, session):
        cases = [
            ({"name": "", "permissions": ["view"]}, "#f-name"),
            ({"name": "a"}, "#f-permissions"),
            ({"name": "a", "permissions": ["all"]}, "#f-permissions"),
        ]
        for data, anchor in cases:
            page = admin.send(f"{settings}/tokens", data, 422)
            assert page.find(role="alert").find("a")["href"] == anchor
        assert session.scalars(select(AppToken)).all() == []

    def test_an_app_has_at_most_twenty(self, admin, settings, installed, sessions, clock):
        with unit_of_work(sessions) as (session, _):
            app = apps.find_app(session, installed, 1)
            for _ in range(20):
                make_app_token(session, app, ["view"], clock())
        page = admin.send(f"{settings}/tokens", {"name": "a", "permissions": ["view"]}, 409)
        assert "20個まで" in words(page)

    def test_the_token_of_another_app_is_not_deleted(self, admin, settings, installed, session):
        admin.send(f"{settings}/tokens", {"name": "a", "permissions": ["view"]}, 201)
        [token] = session.scalars(select(AppToken))
        assert admin.post(f"/w/{installed}/k/2/settings/tokens/{token.id}/delete").status_code == 404
        assert len(session.scalars(select(AppToken)).all()) == 1


class TestWebhooks:
    def test_a_webhook_is_added_and_hears_of_records(self, admin, settings, session):
        page = admin.read(add_webhook(admin, settings))
        assert page.find(id="f-url")["value"] == URL
        assert words(admin.read(f"{settings}/webhooks")).count("レコードの追加") >= 2
        [event] = acts(session)
        assert (event.act, event.facts["host"]) == ("webhook.added", "hooks.example.lg.jp")
        assert "secret-path" not in str(event.facts)

    def test_an_address_that_may_not_be_called_is_refused_beside_the_field(self, admin, settings, session):
        addresses = [
            "",
            "hooks",
            "http://example.com/",
            "https://localhost.:99/",
            "https://127.0.0.1/",
            "https://[::1]/",
        ]
        addresses += [
            "https://u:p@example.com/",
            "https://example.com:8443/",
            "javascript:alert(1)",
            "https://a b.com/",
        ]
        for url in addresses:
            page = admin.send(f"{settings}/webhooks", {"url": url, "events": ["ADD_RECORD"]}, 422)
            assert page.find(id="f-url")["aria-invalid"] == "true", url
        assert session.scalars(select(Webhook)).all() == []

    def test_events_are_among_those_offered(self, admin, settings):
        for events in ([], ["ADD_RECORD", "TEST"], ["x"]):
            page = admin.send(f"{settings}/webhooks", {"url": URL, "events": events}, 422)
            assert page.find(role="alert").find("a")["href"] == "#f-events"

    def test_an_app_has_at_most_ten(self, admin, settings):
        for _ in range(10):
            add_webhook(admin, settings)
        page = admin.send(f"{settings}/webhooks", {"url": URL, "events": ["ADD_RECORD"]}, 409)
        assert "10個まで" in words(page)

    def test_a_webhook_is_changed_as_a_whole(self, admin, settings, session):
        address = add_webhook(admin, settings)
        admin.send(address, {"url": URL + "2", "events": ["UPDATE_STATUS", "DELETE_RECORD"]})
        [webhook] = session.scalars(select(Webhook))
        assert (webhook.url, webhook.active, webhook.description) == (URL + "2", False, "")
        assert webhook.events == ["DELETE_RECORD", "UPDATE_STATUS"]
        assert {event.act for event in acts(session)} == {"webhook.added", "webhook.changed"}

    def test_a_change_that_is_refused_keeps_what_was_entered_and_saves_nothing(self, admin, settings, session):
        address = add_webhook(admin, settings)
        page = admin.send(address, {"url": "http://example.com/", "events": ["ADD_RECORD"]}, 422)
        assert page.find(id="f-url")["value"] == "http://example.com/"
        assert session.scalars(select(Webhook.url)).all() == [URL]

    def test_a_webhook_is_deleted_with_its_deliveries(self, admin, settings, session):
        address = add_webhook(admin, settings)
        admin.send(f"{address}/test")
        admin.send(f"{address}/delete")
        assert deliveries(session) == []
        assert admin.get(address).status_code == 404
        assert {event.act for event in acts(session)} == {"webhook.added", "webhook.tested", "webhook.deleted"}

    def test_a_test_is_sent_soon_and_its_end_is_shown(self, admin, app, settings, session, installed, ports, clock):
        address = add_webhook(admin, settings, active="")
        admin.send(f"{address}/test")
        [message] = messages(session)
        assert (message["type"], message["app"]["id"], message["url"]) == ("TEST", "1", "/k/1/")
        assert (JOB, installed) in ports.jobs.asked
        assert "送信待ち" in words(admin.read(address))
        Postman(app.sessions, ports.outbound, "https://yokoten.example", clock).post(installed)
        assert [each.url for each in ports.outbound.sent] == [URL]
        session.expire_all()
        assert deliveries(session)[0].state is DeliveryState.DELIVERED
        assert "届きました" in words(admin.read(address))

    def test_the_webhook_of_another_app_is_not_found(self, admin, settings, installed, session):
        identifier = add_webhook(admin, settings).rpartition("/")[2]
        foreign = f"/w/{installed}/k/2/settings/webhooks/{identifier}"
        assert admin.get(foreign).status_code == 404
        for path in ("", "/delete", "/test"):
            assert admin.post(foreign + path, data={"url": URL, "events": ["ADD_RECORD"]}).status_code == 404
        assert len(session.scalars(select(Webhook)).all()) == 1


class TestRights:
    EVERYTHING = ("recordViewable", "recordAddable", "recordEditable", "recordDeletable", "appEditable")

    def revision(self, admin, settings):
        return admin.read(f"{settings}/rights").find("input", attrs={"name": "revision"})["value"]

    def live(self, session, installed):
        session.expire_all()
        app = session.scalar(select(App).where(App.site_id == installed, App.app_id == 1))
        return app, read_part(session, app, Stage.LIVE, Part.APP_ACL)["rights"]

    def test_they_are_saved_in_order_and_count_at_once(self, admin, settings, session, installed):
        revision = self.revision(admin, settings)
        data = {"rows": "2", "act": "save", "revision": revision, "holder-0": "GROUP:everyone",
                "may-0": ["recordViewable"], "holder-1": "CREATOR:", "may-1": list(self.EVERYTHING)}  # fmt: skip
        admin.send(f"{settings}/rights", data)
        app, rights = self.live(session, installed)
        assert [right["entity"]["type"] for right in rights] == ["GROUP", "CREATOR"]
        assert (rights[0]["recordViewable"], rights[0]["recordEditable"]) == (True, False)
        assert app.live_revision == app.preview_revision == int(revision) + 1
        [event] = acts(session)
        assert (event.act, event.facts["holders"]) == ("app-rights.changed", ["GROUP:everyone", "CREATOR:"])

    def test_other_settings_in_preparation_stay_there(self, admin, settings, session, installed, sessions, clock):
        with unit_of_work(sessions) as (inner, _):
            preview = apps.open_preview(inner, sites.owner(inner, installed), 1, None, clock())
            acl.replace_record_rights(preview, [{"filterCond": "", "entities": []}])
            preview.advance()
        data = {"rows": "1", "act": "save", "holder-0": "GROUP:everyone", "revision": self.revision(admin, settings)}
        admin.send(f"{settings}/rights", data)
        app, rights = self.live(session, installed)
        assert len(rights) == 1
        assert app.live_revision < app.preview_revision
        assert read_part(session, app, Stage.LIVE, Part.RECORD_ACL)["rights"] == []

    def test_who_worked_from_an_older_state_is_told(self, admin, settings, session, installed):
        old = self.revision(admin, settings)
        data = {"rows": "1", "act": "save", "holder-0": "GROUP:everyone", "revision": old}
        admin.send(f"{settings}/rights", data)
        page = admin.send(f"{settings}/rights", {**data, "holder-0": "CREATOR:"}, 422)
        assert "最新ではありません" in words(page)
        assert self.live(session, installed)[1][0]["entity"]["type"] == "GROUP"

    def test_rows_are_moved_added_and_removed_before_they_are_saved(self, admin, settings):
        orders = {"up-1": "bac", "down-1": "acb", "up-0": "abc", "down-2": "abc", "remove-1": "ac", "add": "abc-"}
        orders |= {"up-9": "abc", "up-x": "abc", "nonsense-1": "abc"}
        rows = {f"holder-{number}": f"USER:{code}" for number, code in enumerate("abc")}
        for act, order in orders.items():
            data = {"rows": "3", "act": act, "revision": "1", **rows, "may-1": ["recordViewable"]}
            page = admin.send(f"{settings}/rights", data, 200)
            chosen = [control.find("option", selected=True)["value"] for control in page.select(".rights select")]
            assert "".join(each.rpartition(":")[2] or "-" for each in chosen) == order
            ticked = [box["id"] for box in page.select(".rights input[checked]")]
            assert ticked == ([f"f-may-{order.index('b')}-recordViewable"] if "b" in order else [])

    def test_somebody_unknown_is_refused_and_everything_stays_on_the_page(self, admin, settings):
        data = {"rows": "1", "act": "save", "holder-0": "USER:nobody", "may-0": ["appEditable"], "revision": ""}
        page = admin.send(f"{settings}/rights", data, 422)
        assert page.find(role="alert")
        assert page.select_one(".rights option[selected]")["value"] == "USER:nobody"
        assert page.select_one("#f-may-0-appEditable").has_attr("checked")

    def test_nonsense_is_refused(self, admin, settings):
        for holder in ("FIELD_ENTITY:作成者", "x", ":", "USER:\x00", "USER:\x01", "SUPER:root"):
            data = {"rows": "1", "act": "save", "holder-0": holder}
            assert admin.post(f"{settings}/rights", data=data).status_code == 422, holder

    def test_a_row_that_names_nobody_is_refused_beside_it(self, admin, settings, session, installed):
        data = {"rows": "2", "act": "save", "holder-0": "CREATOR:", "holder-1": "", "may-1": ["appEditable"]}
        page = admin.send(f"{settings}/rights", data, 422)
        assert page.find(role="alert").find("a")["href"] == "#f-holder-1"
        assert len(self.live(session, installed)[1]) == 2

    def test_a_count_of_rows_that_makes_no_sense_does_no_harm(self, admin, settings):
        for rows in ("x", "-1", "999999999", ""):
            assert admin.post(f"{settings}/rights", data={"rows": rows, "act": "add"}).status_code == 200

    def test_the_same_holder_twice_is_refused(self, admin, settings):
        data = {"rows": "2", "act": "save", "holder-0": "GROUP:everyone", "holder-1": "GROUP:everyone"}
        assert "重複" in words(admin.send(f"{settings}/rights", data, 422))

    def test_rights_on_records_and_fields_are_shown(self, admin, installed, sessions, clock):
        everyone = {"entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False}
        condition = '作成者 in ("Administrator") and レコード番号 > 3'
        with unit_of_work(sessions) as (session, _):
            owner = sites.owner(session, installed)
            made = apps.create_app(session, owner, "権限", None, None, clock())
            preview = apps.open_preview(session, owner, made.app_id, None, clock())
            holders = [{**everyone, "viewable": True}]
            acl.replace_record_rights(preview, [{"filterCond": condition, "entities": holders}])
            right = {"code": "更新者", "entities": [{**everyone, "accessibility": "READ"}]}
            acl.replace_field_rights(preview, [right])
        text = words(admin.read(f"/w/{installed}/k/{made.app_id}/settings/rights"))
        assert condition in text
        assert "更新者 全員（Everyone） 閲覧のみ" in text


def test_the_process_is_shown_with_its_actions(admin, installed):
    page = admin.read(f"/w/{installed}/k/1/settings/process")
    assert [state.get_text() for state in page.select(".process li")] == ["未処理", "審査中"]
    assert "審査へ 未処理 審査中 すべてのレコード" in words(page)
    assert "プロセス管理を使っていません" in words(admin.read(f"/w/{installed}/k/2/settings/process"))


def test_notifications_are_shown_and_said_not_to_be_sent(admin, installed, sessions, clock):
    everyone = {"entity": {"type": "GROUP", "code": "everyone"}, "includeSubs": False}
    with unit_of_work(sessions) as (session, _):
        made = apps.create_app(session, sites.owner(session, installed), "通知", None, None, clock())
        preview = apps.open_preview(session, sites.owner(session, installed), made.app_id, None, clock())
        notifications.change_general(preview, {"notifications": [{**everyone, "recordAdded": True}]})
        fresh = [{"title": "新規", "filterCond": "", "targets": [everyone]}]
        notifications.change_per_record(preview, {"notifications": fresh})
        timings = [
            {"code": "更新日時", "daysLater": -3, "time": "9:00"},
            {"code": "更新日時", "daysLater": 2, "hoursLater": 5},
        ]
        reminders = [{"timing": each, "filterCond": "", "title": "期限", "targets": [everyone]} for each in timings]
        notifications.change_reminders(preview, {"timezone": "Asia/Tokyo", "notifications": reminders})
        address = f"/w/{installed}/k/{made.app_id}/settings/notifications"
    text = words(admin.read(address))
    assert "これらの通知を送りません" in text
    assert "「更新日時」の3日前 9:00" in text
    assert "「更新日時」の2日後 5時間後" in text
    assert "3 days before “更新日時” 9:00" in words(admin.read(f"{address}?lang=en"))
