"""A release that waits for the operator, as its author and as the operator see it."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.publishing.models import Draft
from tests.bundle.factories import make_app, make_field, make_files, make_manifest, pack
from tests.municipalities.factories import MIHON
from tests.web.conftest import words
from tests.web.factories import PUBLISHER, SLUG

SCRIPT = "<script>alert(1)</script>\nfetch('https://collector.mihon-shi.dev/in');\n"


@pytest.fixture
def author(sign_in):
    return sign_in("publisher", PUBLISHER)


@pytest.fixture
def operator(sign_in):
    return sign_in("admin", OPERATOR_CODE)


@pytest.fixture
def draft(author):
    """The address of a draft whose release waits."""
    place = send(author)
    assert author.post(f"{place}/release").headers["Location"] == place
    return place


def send(browser, **files):
    manifest = make_manifest("request")
    app = make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))
    data = pack({**make_files({"request": app}, manifest=manifest), **files})
    return browser.post("/publish", data={"bundle": (io.BytesIO(data), "bundle.zip")}).headers["Location"]


def test_the_author_sees_that_it_waits_and_why(author, draft, browser):
    page = author.read(draft)
    assert "運営の確認待ち" in words(page)
    assert "最初の公開だから" in words(page)
    assert page.find("form", action=f"{draft}/release") is None
    assert "運営の確認待ち" in words(author.read("/drafts"))
    assert browser.get(f"/templates/{PUBLISHER}/{SLUG}").status_code == 404
    author.send(f"{draft}/release", status=409)


def test_the_author_takes_it_back_and_asks_again(author, draft, operator):
    author.send(f"{draft}/take-back")
    assert operator.read("/operator/drafts").select("#waiting-title ~ * tbody tr") == []
    author.send(f"{draft}/take-back", status=409)
    author.send(f"{draft}/release")
    assert len(operator.read("/operator/drafts").select("#waiting-title ~ * tbody tr")) == 1


def test_the_operator_looks_at_it_and_releases_it(author, draft, operator, browser):
    assert "公開前の確認（1件）" in words(operator.read("/operator"))
    place = operator.read("/operator/drafts").select_one("tbody a")["href"]
    page = operator.read(place)
    assert "補助金の申請を受け付けて審査します。" in words(page)
    assert "新しいテンプレートです。" in words(page)
    digest = page.find("input", attrs={"name": "digest"})["value"]
    assert operator.get(f"{place}/bundle").headers["Content-Type"] == "application/zip"
    operator.send(f"{place}/release", {"digest": "0" * 64}, 409)
    assert "公開しました" in words(
        operator.read(operator.post(f"{place}/release", data={"digest": digest}).headers["Location"])
    )
    operator.send(f"{place}/release", {"digest": digest}, 409)
    assert "公開した" in words(operator.read(place))
    assert operator.get(f"{place}/bundle").status_code == 409
    assert browser.read(f"/templates/{PUBLISHER}/{SLUG}")
    assert "公開済み" in words(author.read("/drafts"))


def test_turned_back_the_author_reads_why(author, draft, operator):
    place = f"/operator{draft}"
    digest = operator.read(place).find("input", attrs={"name": "digest"})["value"]
    refused = operator.send(f"{place}/turn-back", {"digest": digest, "reason": ""}, 422)
    assert refused.select(".field .error")
    operator.send(f"{place}/turn-back", {"digest": digest, "reason": "例の氏名を\n直してください。<b>"})
    page = author.read(draft)
    assert "例の氏名を 直してください。<b>" in words(page)
    assert page.find("form", action=f"{draft}/release")
    assert "運営から戻りました" in words(author.read("/drafts"))
    assert "例の氏名を" in words(operator.read("/operator/drafts"))


def test_scripts_are_shown_as_text_and_what_was_answered_beside_them(author, sign_in, operator):
    place = send(author, **{"apps/request/files/send.js": SCRIPT})
    second = sign_in("publisher", PUBLISHER)
    for form in second.read(place).select(f'form[action="{place}/answers"]'):
        second.send(f"{place}/answers", {"finding": form.find("input")["value"], "answer": "meant"})
    author.send(f"{place}/release")
    page = operator.read(f"/operator{place}")
    assert page.find("pre", attrs={"aria-label": "apps/request/files/send.js"}).get_text() == SCRIPT
    assert "JavaScript・CSSが、ほかのサイトにつながるから" in words(page)
    assert "が答えました" in words(page)


@pytest.mark.parametrize(("role", "code"), [("admin", PUBLISHER), ("admin", MIHON), ("publisher", OPERATOR_CODE)])
def test_nobody_else_gets_at_it(draft, sign_in, browser, session, role, code):
    digest = session.scalar(select(Draft.digest))
    for somebody, status in ((sign_in(role, code), 403), (browser, 401)):
        for place in ("/operator/drafts", f"/operator{draft}", f"/operator{draft}/bundle"):
            assert somebody.get(place).status_code == status, place
        for act in ("release", "turn-back"):
            sent = somebody.post(f"/operator{draft}/{act}", data={"digest": digest, "reason": "x"})
            assert sent.status_code == status, act
    if code == MIHON:
        assert sign_in("admin", MIHON).post(f"{draft}/take-back").status_code == 404


def test_the_page_is_complete_in_english(author, draft, operator):
    page = author.read(f"{draft}?lang=en")
    assert "Waits for the operator" in words(page)
    assert "Why it waits" in words(operator.read(f"/operator{draft}?lang=en"))
