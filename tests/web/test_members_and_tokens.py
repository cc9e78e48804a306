import pytest

from tests.municipalities.factories import fictitious_code
from tests.web.conftest import words


def order(**changes):
    return {"name": "夜間の導入", "scopes": ["installs:write"], "expires_in_days": "30", **changes}


def test_members_see_each_other_with_their_roles(sign_in):
    page = sign_in("reader").read("/members")
    assert [cell.get_text() for cell in page.find("tbody").find_all("td")][-1] == "閲覧者"


def test_members_of_another_municipality_are_not_shown(sign_in):
    sign_in("admin")
    page = sign_in("reader", fictitious_code()).read("/members")
    assert len(page.find("tbody").find_all("tr")) == 1


def test_a_token_is_shown_once(sign_in):
    browser = sign_in("admin")
    secret = browser.send("/tokens", order(), 201).select_one("code.secret").get_text()
    listed = browser.get("/tokens").get_data(as_text=True)
    assert secret.startswith("yktn_")
    assert secret not in listed
    assert "夜間の導入" in listed


def test_a_token_without_any_permission_is_refused_and_what_was_entered_stays(sign_in):
    page = sign_in("admin").send("/tokens", order(scopes=[]), 422)
    assert page.find(role="alert")
    assert page.find(id="f-name")["value"] == "夜間の導入"


def test_a_token_can_be_bound_to_a_workspace(sign_in, world):
    workspace_id = world.open_workspace()
    assert sign_in("admin").post("/tokens", data=order(workspace_id=workspace_id)).status_code == 201


def test_a_revoked_token_is_listed_as_such(sign_in):
    browser = sign_in("admin")
    browser.send("/tokens", order(), 201)
    action = browser.read("/tokens").find("tbody").find("form")["action"]
    browser.send(action)
    page = browser.read("/tokens")
    assert "無効" in words(page)
    assert page.find("tbody").find("form") is None


def test_another_municipality_cannot_revoke_a_token(sign_in):
    browser = sign_in("admin")
    browser.send("/tokens", order(), 201)
    action = browser.read("/tokens").find("tbody").find("form")["action"]
    assert sign_in("admin", fictitious_code()).post(action).status_code == 404


@pytest.mark.parametrize("role", ["reader", "installer", "publisher"])
def test_only_administrators_manage_tokens(sign_in, role):
    browser = sign_in(role)
    assert browser.get("/tokens").status_code == 403
    assert browser.post("/tokens", data=order()).status_code == 403
