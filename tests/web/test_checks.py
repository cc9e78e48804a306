"""The page on which one sees whether what is installed is still what the template says."""

from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.checks.run import run_check
from marketplace.installs.models import Import, Step, StepKind
from marketplace.kintone.client import KintoneClient
from marketplace.sandbox import apps as sandbox
from marketplace.sandbox import sites
from marketplace.transports import InProcessTransport, connect_in_process
from marketplace.workspaces.models import CLOSED_NETWORK, Workspace
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""Pages do not depend on the database."""


class Installed:
    """A template of one app in a workspace."""

    def __init__(self, app, world):
        self.app = app
        bundle = make_bundle({"request": make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))})
        self.workspace_id, self.import_id = world.install(bundle)
        with unit_of_work(app.sessions) as (session, _):
            self.id = session.get_one(Import, self.import_id).installation_id
        self.address = f"/installations/{self.id}/check"

    def work(self):
        app = self.app
        run_check(app.sessions, app.ports, connect_in_process(app), self.id, app.now, lambda _: None)

    def rename(self, name):
        client = KintoneClient(InProcessTransport(self.app, self.workspace_id))
        client.call("PUT", "preview/app/settings.json", body={"app": "1", "name": name})
        client.call("POST", "preview/app/deploy.json", body={"apps": [{"app": "1"}]})

    def check(self, browser):
        answer = browser.post(self.address)
        assert (answer.status_code, answer.headers["Location"]) == (303, self.address)
        self.work()
        return browser.read(self.address)


@pytest.fixture(scope="module")
def installed(prepared):
    world = prepared.world()
    return Installed(world.app, world)


def test_the_workspace_the_import_and_the_receipt_lead_to_it(sign_in, installed):
    browser = sign_in("installer")
    for page in (
        f"/workspaces/{installed.workspace_id}",
        f"/imports/{installed.import_id}",
        f"/imports/{installed.import_id}/receipt",
        installed.address,
    ):
        form = browser.read(page).find("form", action=installed.address)
        assert form.button.get_text().startswith("今の設定を照合する"), page


def test_it_is_followed_while_it_is_under_way(sign_in, installed):
    browser = sign_in()
    assert "まだ照合していません。" in words(browser.read(installed.address))
    browser.post(installed.address)
    page = browser.read(installed.address)
    assert page.find(id="check")["hx-get"] == f"{installed.address}/progress"
    assert installed.address in str(page.find("noscript"))
    assert "アプリ1個中0個" in words(page)
    assert page.find("form", action=installed.address) is None
    assert "開始を待っています" in words(browser.read(f"/workspaces/{installed.workspace_id}"))
    installed.work()
    part = browser.get(f"{installed.address}/progress").get_data(as_text=True)
    assert "hx-get" not in part
    assert "テンプレートどおりです" in part


def test_what_nobody_changed_is_as_the_template_says(sign_in, installed):
    browser = sign_in()
    assert "テンプレートどおりです" in words(installed.check(browser))
    assert "テンプレートどおりです" in words(browser.read(f"/workspaces/{installed.workspace_id}"))


def test_what_was_changed_is_shown_app_by_app_and_called_no_fault(sign_in, installed):
    installed.rename("申請（新）")
    page = installed.check(sign_in())
    assert page.find("h3").get_text() == "申請"
    cells = [cell.get_text(" ") for cell in page.find("tbody").find_all(["th", "td"])]
    assert cells == ["基本設定 /name", '"申請"', '"申請（新）"']
    assert "変えたことは誤りではありません" in words(page)
    assert "導入時から" not in words(page)


def test_what_differed_from_the_start_is_marked(sign_in, installed, app):
    installed.rename("申請（新）")
    browser = sign_in()
    installed.check(browser)
    with unit_of_work(app.sessions) as (session, _):
        step = session.query(Step).where(Step.import_id == installed.import_id, Step.kind == StepKind.VERIFY).one()
        told = {"app": "request", "part": "settings", "pointer": "/name", "wanted": '"申請"', "found": '"申請（新）"'}
        step.outcome = {**step.outcome, "count": 1, "differences": [told]}
    assert "導入時から" in words(browser.read(installed.address))


def test_an_app_that_was_deleted_is_said_to_be_gone(sign_in, installed, app):
    with unit_of_work(app.sessions) as (session, _):
        gone = sandbox.find_app(session, installed.workspace_id, 1)
        sandbox.delete_app(session, sites.owner(session, installed.workspace_id), gone, app.now())
    page = installed.check(sign_in())
    assert "このアプリは、ワークスペースに見つかりません" in words(page)
    assert page.find("h3").a is None


def test_a_refusal_is_shown_in_place_and_the_last_result_stays(sign_in, installed, world):
    browser = sign_in()
    installed.check(browser)
    world.start(installed.workspace_id)
    page = browser.send(installed.address, {}, 409)
    assert "導入処理がすでに進んでいます" in page.find(attrs={"role": "alert"}).get_text()
    assert "テンプレートどおりです" in words(page)


def test_why_it_failed_is_shown_beside_the_last_result(sign_in, installed, world):
    browser = sign_in()
    installed.check(browser)
    browser.post(installed.address)
    world.start(installed.workspace_id)
    installed.work()
    text = words(browser.read(installed.address))
    assert "照合できませんでした" in text
    assert "前回の結果" in text


def test_a_closed_network_offers_no_check_and_says_why(sign_in, installed, app):
    with unit_of_work(app.sessions) as (session, _):
        session.get_one(Workspace, installed.workspace_id).kind = CLOSED_NETWORK
    browser = sign_in()
    for page in (f"/workspaces/{installed.workspace_id}", f"/imports/{installed.import_id}", installed.address):
        assert browser.read(page).find("form", action=installed.address) is None, page
    assert "閉じたネットワークにあるため" in words(browser.read(installed.address))
    assert browser.post(installed.address).status_code == 409


def test_who_may_only_read_sees_the_result_without_a_button(sign_in, installed):
    installed.check(sign_in())
    reader = sign_in("reader")
    page = reader.read(installed.address)
    assert "テンプレートどおりです" in words(page)
    assert page.find("form", action=installed.address) is None
    assert reader.post(installed.address).status_code == 403


def test_others_learn_nothing_of_it(sign_in, browser, installed):
    installed.check(sign_in())
    other = sign_in("admin", fictitious_code())
    for address in (installed.address, f"{installed.address}/progress"):
        assert other.get(address).status_code == 404
        assert browser.get(address).status_code == 401
    assert other.post(installed.address).status_code == 404
    assert sign_in().get("/installations/none/check").status_code == 404


def test_it_is_kept_by_no_cache(sign_in, installed):
    assert sign_in().get(installed.address).headers["Cache-Control"] == "no-store"
