"""The wanted list in the browser."""

from __future__ import annotations

import pytest

from tests.bundle.factories import make_bundle
from tests.web.conftest import words
from tests.web.factories import PAGE, ROADS

OTHER = "993026"
ANSWER = {"template": f"http://localhost{PAGE}", "text": "一覧をそのまま使えます。"}


def test_the_list_of_nothing_asks_to_begin(browser):
    page = browser.read("/wanted")
    assert "欲しいアプリは、まだ書かれていません。" in words(page)
    assert page.find("a", href="/wanted/new")


def test_what_is_written_is_shown_to_anybody_and_not_run(sign_in, browser):
    address = sign_in("installer").post("/wanted/new", data=ROADS).headers["Location"]
    page = browser.read(address)
    assert page.find("h1").get_text() == ROADS["title"]
    for shown in ("架空県みほん市", "3月までに", "道路維持課", "<b>", "募集中", "うちも欲しい 0団体"):
        assert shown in words(page)
    assert page.main.find("form") is None
    assert page.find("a", string="ログインして「うちも欲しい」")["href"].startswith("/sign-in?next=%2Fwanted%2F")
    assert browser.read(f"{address}?lang=en").find("h2").get_text() == "What it should do"


def test_what_was_typed_stays_when_it_is_refused(sign_in, world):
    browser = sign_in()
    page = browser.send("/wanted/new", {**ROADS, "text": " ", "category": "", "month": "x"}, 422)
    assert len(page.find(role="alert").find_all("li")) == 3
    assert page.find(id="f-title")["value"] == ROADS["title"]
    page = browser.send(f"{world.want()}/edit", {**ROADS, "title": "改" * 81}, 422)
    assert page.find(id="f-title")["value"] == "改" * 81


def test_before_a_new_one_is_written_those_like_it_are_shown_once(sign_in, world):
    world.release(make_bundle(name={"ja": "道路占用許可の台帳", "en": "Road permits"}))
    browser = sign_in()
    page = browser.send("/wanted/new", ROADS, 200)
    assert "道路占用許可の台帳" in words(page)
    assert page.find(id="f-text").get_text() == ROADS["text"]
    seen = {"seen": page.find("input", attrs={"name": "seen"})["value"]}
    address = browser.post("/wanted/new", data={**ROADS, **seen}).headers["Location"]
    assert browser.send("/wanted/new", {**ROADS, "title": "道路占用の期限", **seen}, 200).find("a", href=address)


def test_two_municipalities_want_it_too_and_one_takes_it_back(sign_in, world):
    address = world.want()
    first, second = sign_in("publisher", OTHER), sign_in("installer", "993034")
    for browser in (first, second, first):
        browser.send(f"{address}/vote")
    assert "うちも欲しい 2団体" in words(first.read(address))
    first.send(f"{address}/vote/delete")
    assert "うちも欲しい 1団体" in words(first.read("/wanted?sort=votes"))


def test_an_answer_fulfils_it_and_it_is_opened_again(sign_in, world):
    world.release()
    owner, other, address = sign_in(), sign_in("publisher", OTHER), world.want()
    page = other.send(f"{address}/answers", {**ANSWER, "text": ""}, 422)
    assert page.find(id="f-template")["value"] == ANSWER["template"]
    assert page.find("h1").get_text() == ROADS["title"]
    other.send(f"{address}/answers", ANSWER)
    assert other.read(address).find("button", string="これで解決") is None
    chosen = owner.read(address).find("button", attrs={"name": "answer"})["value"]
    owner.send(f"{address}/fulfilment", {"answer": chosen})
    page = other.read(address)
    assert "このテンプレートで解決しました。" in words(page)
    assert page.select_one(".notification a")["href"] == PAGE
    assert "この欲しいアプリは、募集を終えています。" in words(other.send(f"{address}/vote", status=409))
    owner.send(f"{address}/reopening")
    other.send(f"{address}/answers/{chosen}/delete")
    assert "回答は、まだありません。" in words(owner.read(address))


def test_it_is_rewritten_closed_with_a_reason_and_deleted(sign_in, browser, world):
    owner, address = sign_in(), world.want()
    page = owner.read(f"{address}/edit")
    assert page.select_one("#f-month option[selected]")["value"] == "3"
    owner.send(f"{address}/edit", {**ROADS, "title": "公園の予約", "month": ""})
    assert owner.send(f"{address}/close", {"reason": ""}, 422).find(role="alert")
    owner.send(f"{address}/close", {"reason": "別のものを買いました。"})
    assert "別のものを買いました。" in words(browser.read(address))
    owner.send(f"{address}/delete")
    assert browser.get(address).status_code == 404


def test_who_may_not_write_sees_no_buttons_and_is_turned_away(sign_in, browser, world):
    address, reader, other = world.want(), sign_in("reader"), sign_in("admin", OTHER)
    assert reader.read(address).main.find("form") is None
    assert "/sign-in?next=%2Fwanted%2Fnew%3Ftitle%3Dx" in str(browser.read("/wanted/new?title=x", 401))
    assert browser.post(f"{address}/vote").status_code == 401
    assert reader.post(f"{address}/answers").status_code == 403
    for method, place in (("GET", "edit"), ("GET", "close"), ("POST", "edit"), ("POST", "reopening")):
        assert other.open(f"{address}/{place}", method=method).status_code == 404


def test_the_list_is_searched_filtered_sorted_and_read_page_by_page(browser, world):
    for number in range(21):
        world.want(title=f"窓口の待ち人数{number}", department="")
    world.want(title="農地の相談", category="sangyo")
    assert [link.get_text() for link in browser.read("/wanted?q=農地").select(".card-title a")] == ["農地の相談"]
    page = browser.read("/wanted?q=窓口&category=kensetsu&sort=newest&state=open")
    assert page.find(role="status").get_text() == "21件"
    assert len(browser.read(page.find("a", rel="next")["href"]).select(".card")) == 1
    assert browser.read("/wanted?q=zzzz").select_one(".empty .button")["href"] == "/wanted/new?title=zzzz"
    for query in ("cursor=%00", "sort=x&state=x&category=x", "q=%00"):
        assert browser.get(f"/wanted?{query}").status_code in {200, 400, 422}


def test_a_search_that_finds_nothing_offers_what_comes_nearest_with_right_numbers(browser, world):
    world.release()
    world.release(make_bundle(slug="shelter", name={"ja": "避難所の運営", "en": "Shelters"}, category="bosai"))
    address = world.want(title="補助金の実績報告")
    page = browser.read("/templates?q=補助金&category=bosai&personal_data=true")
    offered = {link.get_text(): link["href"] for link in page.select("section[aria-labelledby=nearest-title] li > a")}
    for text, link in offered.items():
        count = text.rpartition(" ")[2]
        assert browser.read(link).find(role="status").get_text() == f"{count}のテンプレート", text
    assert offered
    assert page.find("a", href=address)
    assert page.find("a", href="/wanted/new?title=%E8%A3%9C%E5%8A%A9%E9%87%91")


def test_a_search_of_two_words_offers_each_alone_and_the_nearest_templates(browser, world):
    world.release()
    page = browser.read("/templates?q=宇宙開発 補助金申請管理宇宙船&category=bosai")
    section = page.find("section", attrs={"aria-labelledby": "nearest-title"})
    assert section.find("a", href=PAGE)


@pytest.mark.parametrize("query", ["q=補助金", "", "category=sangyo"])
def test_a_search_that_finds_what_was_meant_offers_nothing_more(browser, world, query):
    world.release()
    assert browser.read(f"/templates?{query}").find(id="nearest-title") is None
