"""The page of the log: what was done for a municipality, in words, for its administrators."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit import services as audit
from marketplace.kernel.actor import SYSTEM, Actor, ActorKind
from marketplace.municipalities.models import Membership
from marketplace.municipalities.roles import Role
from tests.accounts.factories import make_person
from tests.api.test_cost import counted
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_member
from tests.web.conftest import words

STATEMENTS = 6
"""Three of them recognise the reader."""


def test_administrators_read_what_was_done_in_words_newest_first(sign_in, session, context_of):
    browser = sign_in("admin")
    person_id = make_member(session, MIHON, Role.READER, person_id=make_person(session, name="同僚 次郎").id).person_id
    session.commit()
    browser.send(f"/members/{person_id}", {"role": "publisher"})
    token = Actor(ActorKind.TOKEN, token_id="t1", municipality_code=MIHON, name="夜間")
    audit.record(context_of(token), "draft.uploaded", "draft:1", slug="assets", number="1.0.0")
    audit.record(context_of(SYSTEM), "something.new", "x:1", municipality_code=MIHON)
    session.commit()
    assert browser.read("/my-municipality").find("a", href="/members/log")
    said = words(browser.read("/members/log"))
    assert "同僚 次郎さんの役割を「閲覧者」から「公開担当」に変えた" in said
    assert "APIトークン「夜間」" in said
    assert "下書きを送った（assets 1.0.0）" in said
    assert "ほかの操作（something.new） サービス（自動）" in said


def test_it_is_read_page_by_page(sign_in, session, context_of, clock, engine):
    browser = sign_in("admin")
    own = session.scalars(select(Membership.person_id)).one()
    for number in range(51):
        audit.record(context_of(actor_for("admin", MIHON, own)), "token.issued", "token:1", name=f"鍵{number}")
        clock.advance(seconds=1)
    session.commit()
    with counted(engine) as sent:
        first = browser.read("/members/log")
    assert len(sent) <= STATEMENTS, sent
    assert "鍵50" in words(first)
    assert "「鍵0」" not in words(first)
    rest = browser.read(first.find("a", rel="next")["href"])
    assert len(rest.select("tbody tr")) == 1
    assert rest.find("a", rel="next") is None
    assert "「鍵0」" in words(rest)
    browser.read("/members/log?cursor=x", 422)


def test_another_municipality_s_acts_and_who_reported_what_are_not_in_it(sign_in, session, context_of):
    browser, other = sign_in("admin"), fictitious_code()
    audit.record(context_of(actor_for("admin", other)), "token.issued", "token:1", name="よその鍵")
    audit.record(context_of(actor_for("reader", MIHON)), "report.sent", "report:1", reason="other")
    session.commit()
    page = words(browser.read("/members/log"))
    assert "よその鍵" not in page
    assert "report" not in page
    assert "よその鍵" in words(sign_in("admin", other).read("/members/log"))


@pytest.mark.parametrize("role", ["reader", "installer", "publisher"])
def test_nobody_but_administrators_reads_it(sign_in, browser, role):
    for address in ("/members/log", "/members/log.csv"):
        assert sign_in(role).get(address).status_code == 403
        assert browser.get(address).status_code == 401


@pytest.fixture
def busy(sign_in, session, context_of, clock):
    """An administrator, and acts of several people and days."""
    colleague = make_person(session, name="同僚 次郎").id
    make_member(session, MIHON, Role.READER, person_id=colleague)
    person = replace(actor_for("admin", MIHON), name="管理 三郎")
    audit.record(context_of(person), "token.issued", "token:1", name="=夜間の鍵")
    clock.advance(days=1)
    audit.record(context_of(person), "member.role-changed", f"person:{colleague}", role="admin", before="reader")
    clock.advance(days=1)
    audit.record(context_of(actor_for("installer", MIHON)), "import.started", "import:1", template="t1")
    session.commit()
    return sign_in("admin")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"token", "member", "import"}),
        ("kind=members", {"member"}),
        ("kind=tokens", {"token"}),
        ("kind=nonsense", {"token", "member", "import"}),
        ("who=三郎", {"token", "member"}),
        ("who=%25", set()),
        ("about=夜間", {"token"}),
        ("about=次郎", {"member"}),
        ("about=t1", {"import"}),
        ("since=DAY1", {"member", "import"}),
        ("until=DAY0", {"token"}),
        ("since=DAY1&until=DAY1&who=三郎", {"member"}),
        ("since=DAY1&until=DAY1&kind=tokens", set()),
    ],
)
def test_it_is_searched_by_kind_person_subject_and_day(busy, clock, query, found):
    days = {f"DAY{number}": f"{clock() - timedelta(days=2 - number):%Y-%m-%d}" for number in range(3)}
    for name, day in days.items():
        query = query.replace(name, day)
    said = words(busy.read(f"/members/log?{query}"))
    told = {"token": "夜間の鍵", "member": "次郎さんの役割", "import": "導入を始めた"}
    assert {name for name, text in told.items() if text in said} == found
    lines = list(csv.reader(io.StringIO(busy.get(f"/members/log.csv?{query}").data.decode("utf-8-sig"))))
    assert {name for name, text in told.items() if any(text in line[2] for line in lines)} == found


def test_it_is_saved_as_a_file_that_spreadsheets_open_and_run_nothing_of(busy):
    answer = busy.get("/members/log.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Cache-Control"] == "no-store"
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[0][:3] == ["日時", "だれが", "何をしたか"]
    assert len({len(line) for line in lines}) == 1
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))]
    english = busy.get("/members/log.csv?lang=en").data.decode("utf-8-sig")
    assert "Issued the API token “=夜間の鍵”" in english


def test_a_name_that_would_be_a_formula_is_guarded(sign_in, session, context_of):
    browser = sign_in("admin")
    audit.record(context_of(replace(actor_for("admin", MIHON), name="=cmd()")), "token.issued", "token:1", name="x")
    session.commit()
    lines = list(csv.reader(io.StringIO(browser.get("/members/log.csv").data.decode("utf-8-sig"))))
    assert "'=cmd()" in {line[1] for line in lines}


@pytest.mark.parametrize(
    "query", ["since=yesterday", "until=0001-01-01", "since=2026-05-01&until=2026-04-01", "who=" + "x" * 101]
)
def test_what_makes_no_sense_is_told_beside_the_form(busy, query):
    page = busy.read(f"/members/log?{query}", 422)
    assert page.find(role="alert")
    assert busy.get(f"/members/log.csv?{query}").status_code == 422


def test_pages_of_what_was_searched_stay_searched(sign_in, session, context_of):
    browser = sign_in("admin")
    for number in range(60):
        audit.record(context_of(actor_for("admin", MIHON)), "token.issued", "token:1", name=f"鍵{number}")
        audit.record(context_of(actor_for("admin", MIHON)), "draft.uploaded", "draft:1", slug="s", number="1.0.0")
    session.commit()
    first = browser.read("/members/log?kind=tokens")
    rest = browser.read(first.find("a", rel="next")["href"])
    assert len(first.select("tbody tr") + rest.select("tbody tr")) == 60
    assert "下書き" not in words(rest).replace("下書きと公開", "")
