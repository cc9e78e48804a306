"""Pages of stories: read by everybody, told by members, refused in place."""

import pytest

from marketplace.catalog.queries import get_version
from marketplace.community import stories
from tests.community.factories import make_installation, story_data
from tests.municipalities.factories import MIHON, fictitious_code
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER, SLUG


def tell(browser, **data):
    """Send the form and return the address of the story."""
    answer = browser.post(f"{PAGE}/stories", data=story_data(**data))
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.fixture
def teller(sign_in, world):
    """A member beside a template that the municipality did not install."""
    world.release()
    return sign_in("installer")


def test_a_story_is_told_read_by_everybody_and_found(teller, browser):
    assert teller.read(PAGE).find("a", href=f"{PAGE}/stories/new")
    form = teller.read(f"{PAGE}/stories/new")
    assert [option["value"] for option in form.find(id="f-version").find_all("option")] == ["", "1.0.0"]
    address = tell(teller, hours_saved="1200", version="1.0.0", solution="一つ目。\n\n二つ目。\n続き。")
    page = browser.read(address)
    assert page.find("h1").get_text() == "補助金の受付を一日で締める"
    assert [each.get_text() for each in page.select("article h2")] == ["困りごと", "工夫", "効果"]
    assert [each.get_text() for each in page.find(id="part-2").parent.select("p")] == ["一つ目。", "二つ目。\n続き。"]
    assert "1,200時間" in words(page)
    assert "版 1.0.0" in words(page)
    assert "導入済みの団体" not in words(page)
    assert page.find("a", href=f"{address}/edit") is None
    found = browser.read("/stories?q=ほじょきん")
    assert found.select_one(".card-title a")["href"] == address
    assert found.select_one(".card-title mark").get_text() == "補助金"
    assert browser.read(PAGE).find(id="stories").select_one(".card-title a")["href"] == address


def test_it_is_told_that_a_municipality_has_installed_the_template(teller, browser, ctx):
    address = tell(teller)
    make_installation(ctx, get_version(ctx, PUBLISHER, SLUG, "1.0.0"), MIHON)
    ctx.session.commit()
    assert "導入済みの団体" in words(browser.read(address))
    assert "導入済みの団体" in words(browser.read("/stories"))


def test_the_template_page_shows_the_newest_three_and_leads_to_all(teller, browser, clock):
    for title in ("一", "二", "三"):
        tell(teller, title=title)
        clock.advance(minutes=1)
    assert browser.read(PAGE).find("a", href=lambda to: to and to.startswith("/stories?")) is None
    tell(teller, title="四")
    section = browser.read(PAGE).find(id="stories")
    assert [link.get_text() for link in section.select(".card-title a")] == ["四", "三", "二"]
    everything = browser.read(section.select("p > a")[-1]["href"])
    assert len(everything.select(".card-title a")) == 4
    assert "補助金申請管理" in everything.select_one("main .row.tight a").get_text()


def test_what_may_point_to_a_person_is_refused_beside_its_field_and_what_was_typed_is_kept(teller):
    sent = story_data(effect="お問い合わせは 090-1234-5678 へ", hours_saved="many", version="9.9.9")
    page = teller.send(f"{PAGE}/stories", sent, 422)
    assert "090-1234-5678」は電話番号のように見えます" in page.find(id="f-effect-error").get_text()
    assert page.find(id="f-hours_saved")["aria-invalid"] == "true"
    assert page.find(id="f-problem").get_text().strip() == sent["problem"]
    assert page.find(role="alert").find("a", href="#f-effect")
    assert page.find(id="f-effect").get_text().strip() == sent["effect"]


def test_a_story_is_rewritten_and_deleted_by_its_municipality(teller, browser, clock):
    address = tell(teller)
    clock.advance(hours=3)
    form = teller.read(f"{address}/edit")
    assert form.find(id="f-title")["value"] == "補助金の受付を一日で締める"
    assert teller.send(f"{address}/edit", story_data(title=""), 422).find(id="f-title-error")
    teller.send(f"{address}/edit", story_data(title="書き直した題"))
    page = browser.read(address)
    assert page.find("h1").get_text() == "書き直した題"
    assert "書き直し" in words(page)
    assert teller.read(f"{address}/delete").find("form", action=f"{address}/delete")
    teller.send(f"{address}/delete")
    browser.read(address, 404)
    assert "活用事例は、まだありません。" in words(browser.read("/stories"))


def test_a_later_writer_is_told_instead_of_overwriting(teller, sign_in, clock):
    address, colleague = tell(teller), sign_in("publisher")

    def since(page) -> str:
        return page.find("input", {"name": "since"})["value"]

    opened = {browser: since(browser.read(f"{address}/edit")) for browser in (teller, colleague)}
    clock.advance(seconds=1)
    teller.send(f"{address}/edit", story_data(title="先に書いた題", since=opened[teller]))
    clock.advance(seconds=1)
    page = colleague.send(f"{address}/edit", story_data(title="後の題", since=opened[colleague]), 409)
    assert "ほかの人がこの活用事例を書き直しました" in words(page)
    assert "先に書いた題" in words(page)
    assert page.find(id="f-title")["value"] == "後の題"
    assert teller.read(address).find("h1").get_text() == "先に書いた題"
    invalid = colleague.send(f"{address}/edit", story_data(title="", since=since(page)), 422)
    colleague.send(f"{address}/edit", story_data(title="後の題", since=since(invalid)))
    assert teller.read(address).find("h1").get_text() == "後の題"


@pytest.mark.parametrize("since", ["x", "2026-04-01T00:00:00", "\x00"])
def test_a_moment_that_makes_no_sense_is_no_failure(teller, since):
    address = tell(teller)
    teller.send(f"{address}/edit", story_data(title="書き直した題", since=since))


def test_what_a_municipality_wrote_is_shown_as_text(teller, browser):
    page = browser.read(tell(teller, title="<b>太い</b>", effect="<img src=x onerror=alert(1)>"))
    assert page.find("h1").get_text() == "<b>太い</b>"
    assert "<img src=x onerror=alert(1)>" in words(page)


def test_others_may_read_a_story_and_nothing_else(teller, sign_in, browser):
    address = tell(teller)
    others = [(browser, 401), (sign_in("reader"), 403), (sign_in("admin", fictitious_code()), 404)]
    for other, status in others:
        assert other.get(address).status_code == 200
        for path in (f"{address}/edit", f"{address}/delete"):
            assert other.get(path).status_code == other.post(path, data=story_data()).status_code == status
    for other, status in others[:2]:
        assert other.get(f"{PAGE}/stories/new").status_code == status
        assert other.post(f"{PAGE}/stories", data=story_data()).status_code == status
        assert other.read(PAGE).find("a", href=f"{PAGE}/stories/new") is None
    assert browser.get("/stories/nothing").status_code == browser.get("/stories/%00").status_code == 404


def test_the_stories_of_a_withdrawn_template_are_listed_no_more(sign_in, world, browser):
    world.release(publisher=MIHON)
    author = sign_in("publisher")
    own = f"/templates/{MIHON}/{SLUG}"
    address = author.post(f"{own}/stories", data=story_data()).headers["Location"]
    author.send(f"{own}/versions/1.0.0/withdrawal", {"reason": "誤り"})
    assert browser.read("/stories").select(".card") == []
    assert "公開中の版がありません" in words(browser.read(address))
    assert author.read(own).find("a", href=f"{own}/stories/new") is None
    assert author.send(f"{own}/stories", story_data(), 404).find(role="alert")


def test_the_list_is_narrowed_sorted_and_read_page_by_page(teller, browser, clock, monkeypatch):
    monkeypatch.setattr(stories, "MOST_STORIES", 21)
    for number in range(20):
        tell(teller, title=f"集計の話{number}")
    clock.advance(minutes=1)
    tell(teller, title="窓口の話", problem="集計は別です。")
    page = browser.read("/stories?prefecture=架空県&category=sangyo")
    assert page.find(role="status").get_text() == "21件の活用事例"
    assert {chip["href"] for chip in page.select("a.chip")} == {
        "/stories?category=sangyo",
        "/stories?prefecture=%E6%9E%B6%E7%A9%BA%E7%9C%8C",
    }
    rest = browser.read(page.find("a", rel="next")["href"])
    assert len(rest.select(".card")) == 1
    found = browser.read("/stories?q=集計")
    assert found.select_one(".tabs a[aria-current]").get_text() == "言葉に合う順"
    newest = browser.read(found.select(".tabs a")[1]["href"])
    assert newest.select_one(".card-title").get_text() == "窓口の話"
    assert "条件に合う活用事例は見つかりませんでした。" in words(browser.read("/stories?q=zzzz&category=x"))


@pytest.mark.parametrize("query", ["cursor=%00", "sort=x", "template=%00", "category=%00", "q=" + "あ" * 300])
def test_an_address_that_makes_no_sense_is_no_failure(browser, query):
    assert browser.get(f"/stories?{query}").status_code in {200, 422}


def test_the_pages_speak_english(teller, browser):
    address = tell(teller, hours_saved="3")
    assert "What came of it" in words(browser.read(f"{address}?lang=en"))
    assert browser.read(f"/stories?template={PUBLISHER}/{SLUG}&lang=en").find("h1").get_text() == "Stories"
    assert teller.read(f"{PAGE}/stories/new?lang=en").find("h1").get_text() == "Tell a story"
