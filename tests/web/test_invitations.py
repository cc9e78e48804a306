"""The pages of invitations, from the form of the administrator to the page of the new member."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.kernel.mail import LocalOutbox
from marketplace.kernel.signing_in import PublicPlace
from marketplace.mail.models import Mail
from marketplace.municipalities.models import Invitation
from tests.accounts.factories import PASSWORD, make_person
from tests.municipalities.factories import MIHON, fictitious_code
from tests.web.conftest import words

EMAIL = "shinjin@example.lg.jp"
NEW = {"name": "新人 三郎", "password": "新しい 合言葉 2026 年度"}


@pytest.fixture
def admin(app, sign_in):
    app.ports = replace(app.ports, mailer=LocalOutbox(), place=PublicPlace("http://localhost"))
    return sign_in("admin")


def invite(admin, app, session, email: str = EMAIL) -> str:
    """Invite somebody and return the path of the link they got."""
    admin.send("/members/invite", {"email": email, "role": "publisher"})
    sealed = session.scalars(select(Mail.sealed_body).where(Mail.recipient == email)).one()
    lines = app.ports.vault.unseal(sealed).splitlines()
    return next(line for line in lines if "/invitations/" in line).removeprefix("http://localhost")


def test_an_invited_person_without_account_registers_and_is_signed_in(admin, app, session):
    assert admin.read("/members").find("a", href="/members/invite")
    form = admin.read("/members/invite")
    assert form.find(id="f-role-reader").has_attr("checked")
    assert admin.send("/members/invite", {"email": "x", "role": "reader"}, 422).find(role="alert")
    link = invite(admin, app, session)
    listed = words(admin.read("/members?done=invited"))
    assert EMAIL in listed
    assert "送信箱" in listed
    theirs = app.test_client()
    answer = theirs.get(link)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "みほん市への招待" in answer.get_data(as_text=True)
    assert theirs.send(link, {**NEW, "password": "short"}, 422).find(id="f-name")["value"] == NEW["name"]
    assert theirs.post(link, data=NEW).headers["Location"] == "/members?done=joined"
    page = words(theirs.read("/members?done=joined"))
    assert "新人 三郎" in page
    assert EMAIL in page
    assert "返事を待っている招待" not in words(admin.read("/members"))
    assert "すでに使われています" in words(app.test_client().read(link, 404))


def test_an_invited_person_with_an_account_signs_in_joins_by_one_button_and_acts_for_it(admin, app, session, sign_in):
    elsewhere = fictitious_code()
    theirs = sign_in("reader", elsewhere)
    email = next(each for each in session.scalars(select(Person.email)) if each in words(theirs.read("/account")))
    link = invite(admin, app, session, email)
    browser = app.test_client()
    form = browser.read(link).find("form", action="/sign-in")
    assert form.find("input", {"name": "next"})["value"] == link
    signed_in = browser.post("/sign-in", data={"email": email, "password": PASSWORD, "next": link})
    assert signed_in.headers["Location"] == link
    assert browser.read(link).main.find("form")["action"] == link
    browser.send(link)
    assert "招待する" not in words(browser.read("/members"))
    assert len(browser.read("/members").select("tbody tr")) == 2
    account = browser.read("/account").find("form", action="/account/municipality")
    assert account.find("input", {"name": "code"})["value"] == elsewhere
    browser.send("/account/municipality", {"code": elsewhere})
    assert len(browser.read("/members").select("tbody tr")) == 1
    browser.send("/account/municipality", {"code": MIHON})
    browser.send("/account/municipality", {"code": "994014"}, 404)
    assert len(browser.read("/members").select("tbody tr")) == 2


def test_whoever_is_signed_in_with_another_account_is_told_so_and_can_not_join(admin, app, session, sign_in):
    link = invite(admin, app, session)
    other = sign_in("reader", fictitious_code())
    page = other.read(link)
    assert "別のアカウントでログインしています" in words(page)
    assert page.main.find("form", action=link) is None
    assert "別の人あて" in words(other.send(link, NEW, 403))
    assert session.scalar(select(Person).where(Person.email == EMAIL)) is None


def test_a_disabled_account_can_not_join(admin, app, session):
    make_person(session, email=EMAIL, disabled=True)
    session.commit()
    link = invite(admin, app, session)
    browser = app.test_client()
    assert "停止されています" in words(browser.read(link))
    browser.send(link, NEW, 409)


def test_an_invitation_is_sent_anew_and_withdrawn_and_its_link_says_so(admin, app, session):
    link = invite(admin, app, session)
    place = admin.read("/members").select_one('form[action$="/send-again"]')["action"].rpartition("/")[0]
    assert admin.get(f"{place}/send-again").headers["Location"] == "/members"
    admin.send(f"{place}/send-again")
    assert "送り直されています" in words(app.test_client().read(link, 404))
    place = admin.read("/members").select_one('form[action$="/withdraw"]')["action"].rpartition("/")[0]
    admin.send(f"{place}/withdraw")
    assert EMAIL not in words(admin.read("/members"))
    admin.send(f"{place}/withdraw", status=404)
    assert "このリンクは使えません" in words(app.test_client().read("/invitations/nothing", 404))


def test_without_mail_the_administrator_is_told_what_to_do(sign_in):
    admin = sign_in("admin")
    page = admin.read("/members/invite")
    assert page.main.find("form") is None
    assert "運営者に依頼" in words(page)
    assert "運営者に依頼" in words(admin.send("/members/invite", {"email": EMAIL, "role": "reader"}, 409))


@pytest.mark.parametrize(
    ("role", "status"), [("reader", 403), ("installer", 403), ("publisher", 403), ("foreign", 404), ("", 401)]
)
def test_nobody_but_administrators_of_the_municipality_sees_or_touches_invitations(
    admin, app, session, sign_in, role, status
):
    invite(admin, app, session)
    kept = session.scalars(select(Invitation)).one()
    browser = sign_in(role) if status == 403 else sign_in("admin", fictitious_code()) if role else app.test_client()
    for act in ("send-again", "withdraw"):
        assert browser.post(f"/members/invitations/{kept.id}/{act}").status_code == status
    if role != "foreign":
        assert browser.get("/members/invite").status_code == status
        assert browser.post("/members/invite", data={"email": EMAIL, "role": "admin"}).status_code == status
    if role:
        assert EMAIL not in words(browser.read("/members"))
    session.expire_all()
    assert session.scalars(select(Invitation)).one().ending is None
