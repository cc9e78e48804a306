"""Pages of refusals say what happened, what to do, where to go and what to name; the inside stays inside."""

from __future__ import annotations

import pytest

from marketplace.tryouts.errors import TryoutsFullError
from tests.web.conftest import words


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/workspaces", 401, ("ログインが必要です。", "このページに戻って続けられます")),
        ("/workspaces?lang=en", 401, ("You need to sign in.", "you come back to this page")),
        ("/nowhere", 404, ("ページが見つかりませんでした。", "移されたか")),
        ("/nowhere?lang=en", 404, ("There is no such page.", "Search by words")),
        ("/sign-out", 405, ("直接開くものではありません", "ボタンからやり直してください")),
        ("/sign-out?lang=en", 405, ("can't be opened by itself", "use its button")),
    ],
)
def test_a_page_that_can_not_be_shown_says_why_and_what_to_do(browser, address, status, said):
    answer = browser.get(address, headers={"X-Request-Id": "4f1d2c3b-of-the-proxy"})
    page = vars(answer)["page"]
    assert answer.status_code == status
    assert [sentence for sentence in said if sentence not in words(page)] == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert page.main.code.get_text() == answer.headers["X-Request-Id"] == "4f1d2c3b-of-the-proxy"
    assert bool(page.main.find(role="search")) == (status == 404)


def test_a_missing_right_is_named_in_words_with_who_is_signed_in(sign_in):
    page = words(sign_in("reader").read("/tokens", 403))
    assert "「APIトークンを管理する」権限が必要です。" in page
    assert "いまは「みほん市」の「" in page


def test_what_is_too_large_names_the_limit(browser):
    assert "一度に送れるのは1MBまでです。" in words(browser.send("/sign-in", {"email": "a" * 1024 * 1025}, 413))


def test_too_many_tries_are_told_when_to_come_back(app, browser, clock, monkeypatch):
    def refuse() -> None:
        raise TryoutsFullError(retry_after=90)

    monkeypatch.setitem(app.view_functions, "web_start.show", refuse)
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "90")
    assert "を過ぎたら、もう一度お試しください。" in words(vars(answer)["page"])


def test_a_failure_tells_its_reference_and_nothing_of_the_inside(app, browser, monkeypatch, caplog):
    def fail() -> None:
        message = "the inside"
        raise RuntimeError(message)

    monkeypatch.setitem(app.view_functions, "web_start.show", fail)
    answer = browser.get("/")
    page = words(vars(answer)["page"])
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert "入力した内容は、保存されていないことがあります。" in page
    assert answer.headers["X-Request-Id"] in caplog.text
    assert answer.headers["X-Request-Id"] in page


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/templates?q=a", "/templates?q=a"),
        ("http://localhost/nowhere", None),
        ("http://elsewhere.example/templates", None),
        ("http://localhost//elsewhere.example", None),
        ("http://[", None),
        (None, None),
    ],
)
def test_the_way_back_leads_to_the_page_one_came_from_on_this_site(browser, referrer, back):
    page = vars(browser.get("/nowhere", headers={"Referer": referrer} if referrer else {}))["page"]
    link = page.main.find("a", string="前のページに戻る")
    assert (link["href"] if link else None) == back
