"""Who looks after what, and handing it over: officials move, and what they leave is to be somebody's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.audit import services as audit
from marketplace.audit.models import AuditEvent
from marketplace.catalog import services as catalog
from marketplace.community.models import Story
from marketplace.holdings.models import Caretaker
from marketplace.municipalities.models import Membership
from marketplace.municipalities.roles import Role
from marketplace.workspaces.services import create_workspace
from marketplace.workspaces.tokens import issue_token, list_tokens, revoke_token
from tests.accounts.factories import make_person
from tests.api.test_cost import counted
from tests.bundle.factories import make_bundle
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_member
from tests.publishing.factories import make_waiting_draft
from tests.web.conftest import words

PLACE = "/my-municipality/handover"
STATEMENTS = 16
TOKEN = {"name": "夜間の導入", "scopes": ["workspaces:read"], "expires_in_days": 30}


@pytest.fixture
def leaver(session, context_of, world) -> str:
    """A member who has made something of most kinds, and moves on."""
    person = make_person(session, name="異動 太郎")
    make_member(session, MIHON, Role.ADMIN, person_id=person.id)
    session.commit()
    world.release()
    ctx = context_of(actor_for("admin", MIHON, person.id))
    workspace = create_workspace(ctx, {"name": "情報課"}).workspace
    issue_token(ctx, TOKEN)
    draft = make_waiting_draft(ctx)
    draft.author_id = person.id
    session.commit()
    world.tell(title="集計が楽になった")
    story = session.scalars(select(Story)).one()
    story.written_by = person.id
    audit.record(ctx, "import.started", f"import:{world.start(workspace.id)}")
    session.commit()
    return person.id


@pytest.fixture
def successor(session) -> str:
    person = make_person(session, name="後任 花子")
    make_member(session, MIHON, Role.INSTALLER, person_id=person.id)
    session.commit()
    return person.id


def test_a_member_sees_what_hangs_on_them_and_an_administrator_hands_it_over(sign_in, leaver, successor, session):
    browser = sign_in("admin")
    said = words(browser.read(f"{PLACE}/{leaver}"))
    for name in ("情報課", "夜間の導入", "下書き", "集計が楽になった", "途中の導入"):
        assert name in said
    assert "5件" in said
    browser.send(f"{PLACE}/{leaver}", {"to": successor})
    assert "5件を引き継ぎました" in words(browser.read(f"{PLACE}?done=5"))
    assert "5件" in words(browser.read(f"{PLACE}/{successor}"))
    assert "担当しているものは、ありません" in words(browser.read(f"{PLACE}/{leaver}"))
    assert "異動 太郎さんの担当（5件）を、後任 花子さんに引き継いだ" in words(browser.read("/members/log"))
    assert session.scalars(select(Story.written_by)).one() == leaver


def test_what_is_handed_over_twice_is_kept_once(sign_in, leaver, successor, session):
    browser = sign_in("admin")
    own = session.scalars(select(Membership.person_id).where(Membership.person_id.not_in([leaver, successor]))).one()
    browser.send(f"{PLACE}/{leaver}", {"to": successor})
    browser.send(f"{PLACE}/{leaver}", {"to": successor})
    browser.send(f"{PLACE}/{successor}", {"to": own})
    assert {row.person_id for row in session.scalars(select(Caretaker))} == {own}
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.act == "handover.done")).all()) == 2


def test_removing_a_member_tells_of_it_and_it_can_be_handed_over_afterwards(sign_in, leaver, successor):
    browser = sign_in("admin")
    assert "5件を担当しています" in words(browser.read(f"/members/{leaver}"))
    page = browser.read(f"/members/{leaver}/remove")
    assert "この人の担当が5件あります" in words(page)
    assert page.main.find("a", href=f"{PLACE}/{leaver}")
    assert "この人の担当" not in words(browser.read(f"/members/{successor}/remove"))
    browser.send(f"/members/{leaver}/remove")
    index = browser.read(PLACE)
    assert "異動 太郎 ！ 構成員ではない" in words(index)
    browser.send(f"{PLACE}/{leaver}", {"to": successor})
    assert "異動 太郎" not in words(browser.read(PLACE))


def test_what_a_program_made_is_nobody_s_until_it_is_handed_over(sign_in, world, successor, session):
    browser = sign_in("admin")
    world.release()
    world.tell()
    assert "担当者が分からないもの" in words(browser.read(PLACE))
    browser.send(f"{PLACE}/nobody", {"to": successor})
    assert "担当者が分からないもの" not in words(browser.read(PLACE))
    browser.read(f"{PLACE}/nobody", 404)


def test_what_no_longer_counts_hangs_on_nobody(sign_in, leaver, context_of, session):
    ctx = context_of(actor_for("admin", MIHON, leaver))
    revoke_token(ctx, list_tokens(ctx)[0].id)
    session.commit()
    assert "夜間の導入" not in words(sign_in("admin").read(f"{PLACE}/{leaver}"))


def test_templates_are_looked_after_by_whoever_released_the_newest_version(sign_in, ctx, session, leaver):
    version = catalog.add_version(ctx, MIHON, make_bundle(slug="own"))
    version.released_by = leaver
    session.commit()
    page = sign_in("admin").read(f"{PLACE}/{leaver}")
    assert page.main.find("a", href=f"/templates/{MIHON}/own")


@pytest.mark.parametrize("to", ["", "x", "nobody", "\x00", "self", "foreign"])
def test_it_goes_to_another_member_only(sign_in, leaver, session, to):
    browser = sign_in("admin")
    foreign = make_member(session, fictitious_code()).person_id
    session.commit()
    page = browser.send(f"{PLACE}/{leaver}", {"to": {"self": leaver, "foreign": foreign}.get(to, to)}, 422)
    assert page.find(role="alert")
    assert session.scalars(select(Caretaker)).all() == []


@pytest.mark.parametrize("role", ["reader", "publisher", "installer"])
def test_members_see_their_own_and_change_nothing(sign_in, leaver, successor, session, role):
    browser = sign_in(role)
    own = session.scalars(select(Membership.person_id).where(Membership.person_id.not_in([leaver, successor]))).one()
    assert browser.read(f"{PLACE}/{own}").find("form", action=f"{PLACE}/{own}") is None
    assert browser.read("/my-municipality").main.find("a", href=f"{PLACE}/{own}")
    for address in (PLACE, f"{PLACE}/{leaver}"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{PLACE}/{leaver}", data={"to": own}).status_code == 403
    assert browser.post(f"{PLACE}/{own}", data={"to": successor}).status_code == 403


def test_strangers_and_other_municipalities_learn_nothing(sign_in, browser, leaver, successor):
    foreign = sign_in("admin", fictitious_code())
    assert "異動 太郎" not in words(foreign.read(PLACE))
    assert foreign.get(f"{PLACE}/{leaver}").status_code == 404
    assert foreign.post(f"{PLACE}/{leaver}", data={"to": successor}).status_code == 404
    assert browser.get(PLACE).status_code == 401
    assert browser.post(f"{PLACE}/{leaver}", data={"to": successor}).status_code == 401


def test_its_statements_do_not_grow_with_what_there_is(sign_in, leaver, context_of, session, engine):
    browser = sign_in("admin")
    ctx = context_of(actor_for("admin", MIHON, leaver))
    for number in range(9):
        issue_token(ctx, {**TOKEN, "name": f"鍵{number}"})
    session.commit()
    with counted(engine) as sent:
        assert "14件" in words(browser.read(f"{PLACE}/{leaver}"))
    assert len(sent) <= STATEMENTS, sent
