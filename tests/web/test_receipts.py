"""The receipt of an import: one sheet for the papers."""

from __future__ import annotations

import pytest

from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words


@pytest.fixture(scope="module")
def installed(prepared):
    return prepared.world().install()


def test_it_names_template_workspace_person_apps_and_placeholders(sign_in, installed):
    workspace_id, import_id = installed
    text = words(sign_in("reader").read(f"/imports/{import_id}/receipt"))
    for said in ("993018/subsidy-grant-management", "1.0.0", "公開市（993018）", workspace_id, "見本 花子", import_id):
        assert said in text
    for app in ("補助制度マスタ 3 4 2", "補助金申請 2 15 1", "実績報告 1 3 0"):
        assert app in text
    assert "所属長 ユーザー 指定なし" in text


def test_it_says_that_everything_is_as_the_template_says(sign_in, installed):
    text = words(sign_in("reader").read(f"/imports/{installed[1]}/receipt"))
    assert "テンプレートどおりです" in text
    assert "異なる" not in text


def test_the_page_of_a_finished_import_leads_to_it(sign_in, installed):
    address = f"/imports/{installed[1]}/receipt"
    assert sign_in("reader").read(f"/imports/{installed[1]}").find("a", href=address)


def test_an_import_that_is_not_complete_says_so(sign_in, world):
    world.release()
    workspace_id = world.open_workspace()
    import_id = world.start(workspace_id)
    browser = sign_in("reader")
    assert "この導入は完了していません" in words(browser.read(f"/imports/{import_id}/receipt"))
    assert browser.read(f"/imports/{import_id}").find("a", href=f"/imports/{import_id}/receipt") is None


def test_others_learn_nothing_of_it(sign_in, browser, installed):
    address = f"/imports/{installed[1]}/receipt"
    assert sign_in("admin", fictitious_code()).get(address).status_code == 404
    assert browser.get(address).status_code == 401
    assert sign_in("reader").get("/imports/none/receipt").status_code == 404
