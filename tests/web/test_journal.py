"""Pages of imports that stopped, wait or were given up, and of the apps they left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.models import Import, ImportState
from marketplace.installs.run import run_import
from marketplace.kintone.client import KintoneClient
from marketplace.transports import InProcessTransport, connect_in_process
from tests.bundle.factories import make_joined_bundle
from tests.installs.fake_kintone import refusal
from tests.web.conftest import words
from tests.web.factories import PAGE

NOTE = {"content": "検討中", "includeInTemplateAndDuplicates": False}


class Disturbed:
    """Carries calls to the built-in workspace, and does something else at the first for the views."""

    def __init__(self, app, workspace_id, reply=None):
        self.inside = InProcessTransport(app, workspace_id)
        self.reply, self.is_new = reply, True

    def send(self, method, path, **sent):
        if path.endswith("app/views.json") and (self.is_new or self.reply):
            self.is_new = False
            if self.reply:
                return self.reply
            KintoneClient(self.inside).put_admin_notes(sent["body"]["app"], NOTE)
        return self.inside.send(method, path, **sent)


@pytest.fixture
def workspace_id(world):
    world.release(make_joined_bundle())
    return world.open_workspace()


def disturb(app, world, workspace_id, reply=None):
    import_id = world.start(workspace_id)
    client = KintoneClient(Disturbed(app, workspace_id, reply))
    run_import(app.sessions, app.ports, lambda *_: client, import_id, app.now, lambda _: None)
    return import_id


def test_a_person_chooses_between_going_on_and_stopping(app, sign_in, world, workspace_id):
    import_id = disturb(app, world, workspace_id)
    browser = sign_in("installer")
    page = browser.read(f"/imports/{import_id}")
    assert "「補助金申請」アプリの設定を、この導入とは別に、ほかの人が変更しています。" in words(page)
    assert [button.get_text() for button in page.main.select("button")] == ["今の設定の上に続ける", "導入をやめる"]
    assert browser.post(f"/imports/{import_id}/retry").status_code == 409
    browser.send(f"/imports/{import_id}/retry", {"act": "over-changes"})
    run_import(app.sessions, app.ports, connect_in_process(app), import_id, app.now, lambda _: None)
    assert "導入が終わりました。" in words(browser.read(f"/imports/{import_id}"))


def test_an_import_given_up_tells_what_it_left_and_what_comes_of_it(app, sign_in, world, workspace_id):
    import_id = disturb(app, world, workspace_id)
    browser = sign_in("installer")
    browser.send(f"/imports/{import_id}/cancel")
    text = words(browser.read(f"/imports/{import_id}"))
    assert "取り消した導入は再開できません。" in text
    assert "同じ内容でもう一度導入すると、その続きから進みます。" in text
    order = {"workspace_id": workspace_id, "version": "1.0.0", "sample_records": "yes", "act": "plan"}
    plan = browser.send(f"{PAGE}/install", order, 200).find(id="plan")
    assert "前回の導入で作られたアプリが残っています。" in words(plan)


def test_the_workspace_lists_what_was_left_until_it_is_cleared_away(app, sign_in, world, workspace_id):
    import_id = disturb(app, world, workspace_id)
    assert sign_in("reader").read(f"/workspaces/{workspace_id}").select_one("#leftovers button") is None
    browser = sign_in("installer")
    page = browser.read(f"/workspaces/{workspace_id}")
    assert [link["href"] for link in page.select("#leftovers li a")] == [
        f"/w/{workspace_id}/k/{number}/settings" for number in (1, 2, 3)
    ]
    assert page.select_one("#leftovers form")["action"] == f"/imports/{import_id}/leftovers"
    browser.send(f"/imports/{import_id}/leftovers", {"act": "delete"})
    assert browser.read(f"/workspaces/{workspace_id}").find(id="leftovers") is None


def test_an_import_that_waits_says_why_and_until_when(app, sign_in, world, workspace_id):
    import_id = disturb(app, world, workspace_id, refusal(503, "CB_MT01", "メンテナンス中です。"))
    page = sign_in("installer").read(f"/imports/{import_id}")
    assert "少し待ってから、自動で続けます。" in words(page)
    assert "メンテナンス中です。" in words(page)
    assert page.find(id="steps").has_attr("hx-get")


def test_the_calls_of_a_finished_import_stand_beside_its_steps(sign_in, world):
    _workspace_id, import_id = world.install()
    page = sign_in("reader").read(f"/imports/{import_id}")
    calls = page.select(".steps details")
    assert "設定の反映を始める" in words(page)
    assert "POST /k/v1/preview/app/deploy.json" in words(page)
    assert len(calls) > 20


def test_a_domain_s_leftovers_are_only_noted_as_dealt_with(app, sign_in, world, workspace_id):
    import_id = disturb(app, world, workspace_id)
    browser = sign_in("installer")
    browser.send(f"/imports/{import_id}/leftovers", {"act": "dismiss"})
    assert browser.read(f"/workspaces/{workspace_id}").find(id="leftovers") is None
    with unit_of_work(app.sessions) as (session, _):
        found = session.get_one(Import, import_id)
        assert found.state is ImportState.CANCELLED
        assert found.not_before is None or found.not_before < app.now() + timedelta(hours=1)
