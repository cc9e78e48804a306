"""The pages on which administrators manage the members of their municipality."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import Membership
from marketplace.municipalities.roles import Role
from tests.accounts.factories import make_person
from tests.municipalities.factories import MIHON, fictitious_code, make_member
from tests.web.conftest import words


@pytest.fixture
def colleague(session) -> str:
    """A reader of the municipality."""
    person_id = make_member(session, MIHON, Role.READER, person_id=make_person(session, name="同僚 次郎").id).person_id
    session.commit()
    return person_id


def test_an_administrator_changes_a_role_which_is_explained_in_words(sign_in, colleague, session):
    browser = sign_in("admin")
    address = browser.read("/members").find("a", href=f"/members/{colleague}")["href"]
    page = browser.read(address)
    assert "導入はできません" in words(page)
    assert page.find(id="f-role-reader").has_attr("checked")
    assert browser.send(address, {"role": "owner"}, 422).find(role="alert")
    browser.send(address, {"role": "publisher"})
    assert "公開担当" in words(browser.read("/members?done=role"))
    session.expire_all()
    assert session.get(Membership, (colleague, MIHON)).role is Role.PUBLISHER


def test_whoever_is_removed_is_out_at_once_and_is_told_so_beforehand(sign_in, world, session):
    browser, theirs = sign_in("admin"), sign_in("publisher")
    workspace_id = world.open_workspace()
    person_id = session.scalars(select(Membership.person_id).where(Membership.role == Role.PUBLISHER)).one()
    pages = ["/members", f"/workspaces/{workspace_id}"]
    assert [theirs.get(page).status_code for page in pages] == [200, 200]
    page = browser.read(f"/members/{person_id}/remove")
    assert "すぐに見られなくなります" in words(page)
    assert "団体に残ります" in words(page)
    assert theirs.get("/members").status_code == 200
    browser.send(f"/members/{person_id}/remove")
    assert [theirs.get(page).status_code for page in pages] == [403, 404]
    assert len(browser.read("/members").select("tbody tr")) == 1
    assert session.get(Person, person_id).disabled_at is None
    browser.send(f"/members/{person_id}/remove", status=404)


def test_the_last_administrator_can_neither_step_down_nor_leave(sign_in, session, colleague):
    browser = sign_in("admin")
    own = session.scalars(select(Membership.person_id).where(Membership.role == Role.ADMIN)).one()
    assert "自分では元に戻せません" in words(browser.read(f"/members/{own}"))
    assert "最後の管理者" in words(browser.send(f"/members/{own}", {"role": "reader"}, 409))
    assert "最後の管理者" in words(browser.send(f"/members/{own}/remove", status=409))
    browser.send(f"/members/{colleague}", {"role": "admin"})
    assert browser.post(f"/members/{own}/remove").headers["Location"] == "/account?done=left"
    assert browser.get("/members").status_code == 403


@pytest.mark.parametrize(
    ("role", "status"), [("reader", 403), ("installer", 403), ("publisher", 403), ("foreign", 404), ("", 401)]
)
def test_nobody_but_an_administrator_of_the_municipality_decides_about_members(
    sign_in, app, session, colleague, role, status
):
    browser = sign_in(role) if status == 403 else sign_in("admin", fictitious_code()) if role else app.test_client()
    place = f"/members/{colleague}"
    assert [browser.get(page).status_code for page in (place, f"{place}/remove")] == [status] * 2
    assert browser.post(place, data={"role": "admin"}).status_code == status
    assert browser.post(f"{place}/remove").status_code == status
    session.expire_all()
    assert session.get(Membership, (colleague, MIHON)).role is Role.READER
    if status == 403:
        assert browser.read("/members").find("a", href=place) is None


def test_the_operator_s_administrators_are_made_by_the_command_only(sign_in, session):
    browser = sign_in("admin", OPERATOR_CODE)
    person_id = make_member(session, OPERATOR_CODE, Role.READER).person_id
    session.commit()
    assert browser.read(f"/members/{person_id}").find(id="f-role-admin") is None
    browser.send(f"/members/{person_id}", {"role": "admin"}, 403)
