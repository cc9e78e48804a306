"""A municipality may require second factors: whoever has none does nothing for it before, and is led to set one up."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.accounts.factors.models import Authenticator
from marketplace.audit.models import AuditEvent
from marketplace.municipalities.models import Membership, Municipality
from marketplace.municipalities.roles import Role
from marketplace.workspaces.tokens import actor_of_token, issue_token
from tests.accounts.factories import PASSWORD, make_person
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_member
from tests.web.conftest import words

PLACE = "/members/second-factor"
OWED = "/account/second-factor"


def give_factor(session, ports, clock, person_id: str) -> None:
    sealed = ports.vault.seal("JBSWY3DPEHPK3PXP")
    session.add(Authenticator(person_id=person_id, sealed_secret=sealed, created_at=clock(), last_step=0))
    session.commit()


def person_in(session, role: Role) -> str:
    return session.scalars(select(Membership.person_id).where(Membership.role == role)).one()


@pytest.fixture
def admin(sign_in, session, ports, clock):
    """An administrator with a second factor."""
    browser = sign_in("admin")
    give_factor(session, ports, clock, person_in(session, Role.ADMIN))
    return browser


def test_members_without_one_do_nothing_until_they_have_one(admin, sign_in, session, ports, clock, world):
    workspace_id = world.open_workspace()
    colleague = sign_in("installer")
    pages = [
        "/my-municipality",
        "/members",
        "/workspaces",
        f"/workspaces/{workspace_id}",
        f"/workspaces/{workspace_id}/people",
    ]
    assert [colleague.get(page).status_code for page in pages[:4]] == [200] * 4
    assert "1人が、まだ登録していません" in words(admin.read(PLACE))
    admin.send(f"{PLACE}/require")
    assert [colleague.get(page).status_code for page in pages] == [403] * 5
    assert colleague.post("/workspaces", data={"name": "x"}).status_code == 403
    page = colleague.read("/members", 403)
    assert page.main.find("a", href=OWED)
    assert "みほん市" not in words(page)
    assert colleague.read("/account").main.find("a", href=OWED)
    assert colleague.read(OWED).find("a", href="/account/passkeys/new")
    assert colleague.get("/templates").status_code == 200
    give_factor(session, ports, clock, person_in(session, Role.INSTALLER))
    assert [colleague.get(page).status_code for page in pages[:4]] == [200] * 4
    assert colleague.get(OWED).headers["Location"] == "/account"


def test_signing_in_leads_there(admin, app, session):
    person = make_person(session)
    make_member(session, MIHON, Role.READER, person_id=person.id)
    session.commit()
    form = {"email": person.email, "password": PASSWORD, "next": "/members"}
    assert app.test_client().post("/sign-in", data=form).headers["Location"] == "/members"
    admin.send(f"{PLACE}/require")
    assert app.test_client().post("/sign-in", data=form).headers["Location"] == OWED


def test_it_can_be_given_up_again_and_the_log_tells_both(admin, sign_in, session):
    colleague = sign_in("reader")
    for _ in range(2):
        admin.send(f"{PLACE}/require")
    assert "必須" in words(admin.read("/members"))
    assert colleague.get("/members").status_code == 403
    for _ in range(2):
        admin.send(f"{PLACE}/stop")
    assert colleague.get("/members").status_code == 200
    acts = session.scalars(select(AuditEvent.act).where(AuditEvent.subject_kind == "municipality")).all()
    assert sorted(acts) == ["municipality.second-factor-optional", "municipality.second-factor-required"]
    assert "構成員に二段階認証を求めることにした" in words(admin.read("/members/log"))


def test_whoever_requires_it_has_one(sign_in, session):
    browser = sign_in("admin")
    page = browser.send(f"{PLACE}/require", status=409)
    assert page.main.find("a", href=OWED)
    assert session.get_one(Municipality, MIHON).second_factor_required_at is None


def test_the_list_tells_administrators_alone_who_has_one(admin, sign_in):
    reader = sign_in("reader")
    rows = [words(row) for row in admin.read("/members").select("tbody tr")]
    assert sorted(("設定済み" in row, "未設定" in row) for row in rows) == [(False, True), (True, False)]
    assert "設定済み" not in words(reader.read("/members"))


def test_tokens_keep_working(admin, session, context_of, clock):
    order = {"name": "夜間", "scopes": ["workspaces:read"], "expires_in_days": 30}
    secret = issue_token(context_of(actor_for("admin", MIHON)), order).secret
    admin.send(f"{PLACE}/require")
    actor = actor_of_token(session, secret, clock(), "")
    assert (actor.municipality_code, actor.owes_second_factor) == (MIHON, False)


def test_another_municipality_of_the_same_person_asks_for_nothing(admin, app, session):
    other = fictitious_code()
    person = make_person(session)
    for code in (MIHON, other):
        make_member(session, code, Role.READER, person_id=person.id)
    session.commit()
    admin.send(f"{PLACE}/require")
    browser = app.test_client()
    browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    held = {
        code: browser.post("/account/municipality", data={"code": code}) and browser.get("/members")
        for code in (MIHON, other)
    }
    assert {code: answer.status_code for code, answer in held.items()} == {MIHON: 403, other: 200}


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("publisher", 403), ("installer", 403), ("", 401)])
def test_nobody_but_administrators_decides(admin, sign_in, browser, session, role, status):
    visitor = sign_in(role) if role else browser
    assert [visitor.get(PLACE).status_code, visitor.post(f"{PLACE}/require").status_code] == [status] * 2
    assert visitor.post(f"{PLACE}/stop").status_code == status
    assert session.get_one(Municipality, MIHON).second_factor_required_at is None


def test_an_administrator_of_another_municipality_changes_their_own_only(admin, sign_in, session, ports, clock):
    other = fictitious_code()
    foreign = sign_in("admin", other)
    person = session.scalars(select(Membership.person_id).where(Membership.municipality_code == other)).one()
    give_factor(session, ports, clock, person)
    foreign.send(f"{PLACE}/require")
    session.expire_all()
    assert session.get_one(Municipality, other).second_factor_required_at is not None
    assert session.get_one(Municipality, MIHON).second_factor_required_at is None
