"""The first page of one's municipality: what waits for somebody, counts, and the way to each part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.community.models import Story
from marketplace.installs.models import Import, ImportState
from marketplace.kernel.mail import LocalOutbox
from marketplace.kernel.signing_in import PublicPlace
from marketplace.municipalities.invitations import invite
from marketplace.municipalities.models import Membership
from marketplace.workspaces.models import ApiToken
from tests.api.test_cost import counted
from tests.bundle.factories import make_bundle
from tests.municipalities.factories import MIHON, actor_for, fictitious_code
from tests.publishing.factories import make_waiting_draft
from tests.web.conftest import words
from tests.web.factories import SLUG

PLACE = "/my-municipality"
STATEMENTS = 10
"""Three of them recognise the reader, one names the municipality."""


def make_token(session, clock, days: int, name: str = "夜間の導入", code: str = MIHON) -> None:
    session.add(
        ApiToken(
            municipality_code=code,
            name=name,
            secret_hash=name,
            scopes=[],
            created_at=clock(),
            expires_at=clock() + timedelta(days=days),
        )
    )
    session.commit()


def make_draft(context_of, session, code: str = MIHON) -> str:
    draft = make_waiting_draft(context_of(actor_for("publisher", code)))
    draft.unanswered = 2
    session.commit()
    return draft.id


def boxes(page) -> dict[str, str]:
    return {box["aria-labelledby"].removeprefix("waiting-"): words(box) for box in page.select(".waiting")}


@pytest.fixture
def busy(sign_in, world, session, context_of, clock, ports):
    """An administrator with one thing of each kind waiting, and the ids of the draft, the workspace and the import."""
    browser = sign_in("admin")
    workspace_id, _ = world.install(make_bundle(slug=SLUG))
    world.release(make_bundle(slug=SLUG, version="1.0.1"))
    world.release(make_bundle(slug="broken", name={"ja": "壊れたもの", "en": "Broken"}))
    failed = world.start(workspace_id, template="993018/broken")
    session.get_one(Import, failed).state = ImportState.FAILED
    draft = make_draft(context_of, session)
    own = session.scalars(select(Membership.person_id).where(Membership.municipality_code == MIHON)).one()
    letters = replace(ports, mailer=LocalOutbox(), place=PublicPlace("http://localhost"))
    ctx = replace(context_of(actor_for("admin", MIHON, own)), ports=letters)
    invite(ctx, MIHON, {"email": "new@example.jp", "role": "reader"})
    make_token(session, clock, 29)
    make_token(session, clock, 31, "年間の鍵")
    return browser, draft, workspace_id, failed


def test_an_administrator_sees_what_waits_with_the_way_to_each_thing(busy):
    browser, draft, workspace_id, failed = busy
    page = browser.read(PLACE)
    found = boxes(page)
    assert set(found) == {"draft", "import", "update", "invitation", "token"}
    assert "指摘2件" in found["draft"]
    assert "壊れたもの" in found["import"]
    assert "版 1.0.1" in found["update"]
    assert "new@example.jp" in found["invitation"]
    assert "夜間の導入" in found["token"]
    assert "年間の鍵" not in found["token"]
    for address in (f"/drafts/{draft}", f"/imports/{failed}", f"/workspaces/{workspace_id}", "/tokens", "/members/log"):
        assert page.main.find("a", href=address), address


def test_what_was_dealt_with_waits_no_longer(busy, world, session, clock):
    browser, _, workspace_id, failed = busy
    session.get_one(Import, failed).state = ImportState.CANCELLED
    session.commit()
    assert "import" not in boxes(browser.read(PLACE))
    session.get_one(Import, failed).state = ImportState.FAILED
    session.commit()
    clock.advance(seconds=5)
    again = world.start(workspace_id, template="993018/broken")
    assert "import" not in boxes(browser.read(PLACE))
    session.get_one(Import, again).state = ImportState.FAILED
    session.commit()
    assert "import" in boxes(browser.read(PLACE))


@pytest.mark.parametrize(
    ("role", "seen"),
    [("reader", {"update"}), ("publisher", {"update", "draft"}), ("installer", {"update", "import"})],
)
def test_nobody_is_told_of_what_is_not_theirs_to_deal_with(busy, sign_in, role, seen):
    page = sign_in(role).read(PLACE)
    assert set(boxes(page)) == seen
    assert page.main.find("a", href="/members/log") is None
    assert (page.main.find("a", href="/tokens") is None, "下書き" in words(page)) == (True, role == "publisher")


def test_another_municipality_and_strangers_see_nothing_of_it(busy, sign_in, browser):
    page = sign_in("admin", fictitious_code()).read(PLACE)
    assert boxes(page) == {}
    assert "いま待っていることは、ありません" in words(page)
    assert browser.get(PLACE).status_code == 401


def test_its_statements_do_not_grow_with_what_there_is(busy, engine, session, context_of, clock, world):
    browser = busy[0]
    browser.read(PLACE)
    for number in range(7):
        make_token(session, clock, 10, f"鍵{number}")
        make_draft(context_of, session)
    for _ in range(3):
        world.tell()
    with counted(engine) as sent:
        page = browser.read(PLACE)
    assert len(sent) <= STATEMENTS, sent
    tokens = page.find("section", {"aria-labelledby": "waiting-token"})
    assert "8件" in words(tokens)
    assert len(tokens.select("li")) == 5
    assert "すべて見る（8件）" in words(tokens)
    assert len(session.scalars(select(Story)).all()) == 3


def test_the_menu_leads_there_and_marks_the_pages_below(sign_in):
    browser = sign_in("reader")
    for address in (PLACE, "/members"):
        link = browser.read(address).select_one(f'.site-nav a[href="{PLACE}"]')
        assert link.has_attr("aria-current"), address
    assert not browser.read("/templates").select_one(f'.site-nav a[href="{PLACE}"]').has_attr("aria-current")
    assert browser.get(PLACE).headers["Cache-Control"] == "no-store"
