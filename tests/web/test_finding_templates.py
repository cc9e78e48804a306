from urllib.parse import urlencode

import pytest

from marketplace.catalog.facets import FacetValue
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.prefectures import PREFECTURES
from marketplace.web.listing import ListState, show_facet
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER, SLUG

OTHER = {"name": {"ja": "避難所の運営", "en": "Shelters"}, "category": "bosai", "departments": ["危機管理課"]}


def test_the_start_page_of_an_empty_service_says_so(browser):
    assert "公開されているテンプレートは、まだありません。" in words(browser.read("/"))


def test_the_start_page_shows_the_newest_templates_and_counts_by_category(browser, world):
    world.release()
    page = browser.read("/")
    assert page.find("a", href=PAGE)
    assert "1件" in page.find("a", href="/templates?category=sangyo").get_text()


def test_the_list_tells_how_many_it_found(browser, world):
    world.release()
    world.release(make_bundle(slug="evacuation-shelter", **OTHER))
    page = browser.read("/templates")
    assert page.find(role="status").get_text() == "2件のテンプレート"
    assert len(page.select(".template-list > li")) == 2


def test_a_search_finds_by_the_words_of_the_summary(browser, world):
    world.release()
    world.release(make_bundle(slug="evacuation-shelter", summary={"ja": "避難所を開きます。", "en": "Opens."}, **OTHER))
    page = browser.read("/templates?q=避難所")
    assert page.find("h1").get_text() == "「避難所」の検索結果"
    assert [link.get_text() for link in page.select(".card-title a")] == ["避難所の運営"]


PLUGINS = {"plugins": {"plugins": [{"id": "p1", "name": "帳票プラグイン"}]}}
SCRIPT = {
    "customize": {"scope": "ALL", "desktop": {"js": [{"type": "FILE", "file": {"path": "files/a.js"}}], "css": []}}
}


@pytest.mark.parametrize(
    ("parts", "badges"),
    [
        ({}, ["LGWANで使える"]),
        (PLUGINS, ["プラグインが必要"]),
        (SCRIPT, ["JavaScriptあり"]),
        (PLUGINS | SCRIPT, ["プラグインが必要", "JavaScriptあり"]),
    ],
)
def test_cards_and_the_template_s_page_tell_what_it_asks_of_a_workspace(browser, world, parts, badges):
    files = {"apps/request/files/a.js": "console.log(1);"} if "customize" in parts else {}
    app = make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"), **parts)
    world.release(make_bundle({"request": app}, files=files))
    every = {"LGWANで使える", "プラグインが必要", "JavaScriptあり"}
    for place in (browser.read("/templates").select_one(".card"), browser.read(PAGE).select_one(".page-head")):
        shown = [chip.get_text().lstrip("✓！") for chip in place.select(".chip")]
        assert [chip for chip in shown if chip in every] == badges


def release_two(world):
    """Release a template of each of two categories."""
    world.release()
    world.release(make_bundle(slug="evacuation-shelter", **OTHER))


def hidden(form):
    """Return what a form sends beside what is entered or ticked."""
    return {(each["name"], each["value"]) for each in form.find_all("input", type="hidden")}


def sent_with(form, *ticked):
    """Return the address that a form leads to without a script, with these boxes ticked."""
    return form["action"] + "?" + urlencode([*sorted(hidden(form)), *((box["name"], box["value"]) for box in ticked)])


def boxes(page, name):
    return page.select(f".facets input[type=checkbox][name={name}]")


def test_several_values_of_a_dimension_are_chosen_together_and_each_is_taken_back(browser, world):
    release_two(world)
    page = browser.read("/templates?category=sangyo&category=bosai&category=nowhere&sort=newest")
    assert page.find(role="status").get_text() == "2件のテンプレート"
    assert {box["value"] for box in boxes(page, "category") if "checked" in box.attrs} == {"sangyo", "bosai"}
    chips = {chip.contents[0].strip(): chip["href"] for chip in page.select("a.chip")}
    assert list(chips) == ["産業・観光・農林水産", "防災・危機管理", "nowhere"]
    assert chips["nowhere"] == "/templates?category=sangyo&category=bosai&sort=newest"
    clear = page.select_one(".chosen-chips li:last-child a")
    assert (clear.get_text(), clear["href"]) == ("すべて外す", "/templates?sort=newest")


def test_counts_stay_right_under_the_other_dimensions_and_a_choice_that_leaves_nothing_can_be_taken_back(
    browser, world
):
    release_two(world)
    page = browser.read("/templates?category=bosai&department=産業振興課")
    assert page.find(role="status").get_text() == "0件のテンプレート"
    names = [page.find("label", attrs={"for": box["id"]}).get_text() for box in boxes(page, "category")]
    assert names == ["産業・観光・農林水産（1）", "防災・危機管理（0）"]
    assert [chip.contents[0].strip() for chip in page.select("a.chip")] == ["防災・危機管理", "産業振興課"]


def test_the_filters_are_one_plain_form_that_keeps_what_was_searched(browser, world):
    release_two(world)
    page = browser.read("/templates?q=避難所 補助金&sort=newest&category=bosai")
    form = page.select_one(".facets form")
    assert hidden(form) == {("q", "避難所 補助金"), ("sort", "newest")}
    assert len(form.find_all("button")) == 1
    assert ("category", "bosai") in hidden(page.find("form", role="search"))
    assert all(fieldset.find("legend") for fieldset in form.find_all("fieldset"))


@pytest.mark.parametrize("path", ["/", "/templates?category=sangyo&q=補助"])
def test_the_search_is_a_plain_form_that_a_script_makes_offer_suggestions(browser, path):
    page = browser.read(path)
    form = page.find("form", role="search")
    given = {each["name"]: each.get("value", "") for each in form.find_all("input")}
    assert given in ({"q": ""}, {"category": "sangyo", "q": "補助"})
    assert form.find("input", type="search")["data-suggestions"] == "/api/v1/suggestions"
    assert "role" not in form.find("input", type="search").attrs
    assert [script for script in page.find_all("script") if "suggestions.js" in script["src"]]


def test_no_match_offers_other_words_and_all_templates(browser, world):
    world.release()
    page = browser.read("/templates?q=zzzzzz")
    assert "条件に合うテンプレートは見つかりませんでした。" in words(page)
    assert page.select_one(".empty a")["href"] == "/templates"


def test_the_list_is_read_page_by_page(browser, world):
    for number in range(21):
        world.release(make_bundle(slug=f"template-{number}"))
    first = browser.read("/templates")
    second = browser.read(first.find("a", rel="next")["href"])
    assert len(first.select(".template-list > li")) == 20
    assert len(second.select(".template-list > li")) == 1


@pytest.mark.parametrize(
    "query", ["cursor=%00", "sort=nonsense", "personal_data=maybe", "kind=nonsense", "category=%00", "q=" + "あ" * 300]
)
def test_an_address_that_makes_no_sense_is_no_failure(browser, query):
    assert browser.get(f"/templates?{query}").status_code in {200, 400, 422}


def test_the_template_page_tells_what_it_is(browser, world):
    world.release()
    page = browser.read(PAGE)
    assert page.find("h1").get_text() == "補助金申請管理"
    assert "使い方の説明です。" in words(page)
    assert page.find("a", href=f"{PAGE}/install")
    assert page.find("a", href=f"/api/v1{PAGE}/versions/1.0.0/bundle")


def test_the_template_page_lists_the_fields_with_their_types(browser, world):
    world.release()
    table = browser.read(PAGE).find("table")
    assert [cell.get_text(" ", strip=True) for cell in table.find_all("tr")[1].find_all(["th", "td"])][:3] == [
        "件名",
        "文字列（1行）",
        "必須",
    ]


def test_the_template_page_in_english_uses_the_english_name(browser, world):
    world.release()
    page = browser.read(f"{PAGE}?lang=en")
    assert page.html["lang"] == "en"
    assert page.find("h1").get_text() == "Subsidy management"


def test_what_strangers_wrote_is_shown_and_not_run(browser, world):
    readme = "# 題\n\n<script>alert(1)</script> <b onclick=x>強調</b>\n"
    world.release(make_bundle(files={"README.md": readme}))
    page = browser.read(PAGE)
    assert page.main.find("script") is None
    assert page.main.find("b") is None


def test_each_version_links_to_what_changed_since_the_one_before(browser, world):
    world.release()
    world.release(make_bundle(version="1.0.1", summary={"ja": "新しい一文です。", "en": "New."}))
    diff = browser.read(PAGE).select_one("#versions td a")["href"]
    assert diff == f"{PAGE}/versions/1.0.0/diff/1.0.1"
    assert "表示や文言だけの変更です。" in words(browser.read(diff))


@pytest.mark.parametrize(
    "address",
    [
        f"/templates/{PUBLISHER}/nothing",
        f"/templates/000000/{SLUG}",
        f"{PAGE}/versions/1.0.0/diff/9.9.9",
        f"{PAGE}/versions/1.0.0/images/none.png",
        f"{PAGE}/versions/1.0.0/images/%2e%2e/README.md",
    ],
)
def test_what_is_not_there_is_not_found(browser, world, address):
    world.release()
    assert browser.get(address).status_code == 404


def test_a_picture_is_served_so_that_it_cannot_run_anything(browser, world):
    world.release()
    answer = browser.get(f"{PAGE}/versions/1.0.0/images/icon.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_a_slip_is_answered_with_what_was_probably_meant(browser, world):
    world.release()
    page = browser.read("/templates?q=補助金申講&category=sangyo")
    meant = page.find("a", string="補助金申請")
    assert meant["href"].startswith("/templates?")
    assert "category=sangyo" in meant["href"]


def test_what_was_searched_is_marked_and_shown_where_it_stands(browser, world):
    world.release()
    page = browser.read("/templates?q=助成金")
    assert [mark.get_text() for mark in page.select(".card-title mark")] == ["補助金"]
    inside = browser.read("/templates?q=件名").select_one(".card p.small")
    assert "件名" in inside.get_text()


def test_every_filter_can_be_chosen_and_taken_back(browser, world):
    world.release()
    world.release(make_bundle(slug="evacuation-shelter", **OTHER))
    page = browser.read("/templates")
    form = page.select_one(".facets form")
    for box in form.select("input[type=checkbox]"):
        chosen = browser.read(sent_with(form, box))
        label = page.find("label", attrs={"for": box["id"]}).get_text()
        assert chosen.find(role="status").get_text() == f"{label[:-1].rpartition('（')[2]}件のテンプレート"
        assert chosen.select_one("a.chip")["href"] == "/templates"


def test_a_filter_that_would_leave_everything_is_not_offered(browser, world):
    world.release()
    world.release(make_bundle(slug="evacuation-shelter", **OTHER))
    headings = [heading.get_text() for heading in browser.read("/templates").select(".facets legend")]
    assert "分野" in headings
    assert "ライセンス" not in headings


def release_set(world, member, *, first=True):
    """Release a set whose one app comes from a template, after the template that the world releases."""
    if first:
        world.release()
    said = [{"template": member, "version": "1.0.0", "apps": ["request"]}]
    world.release(make_bundle(slug="subsidy-set", name={"ja": "補助金セット", "en": "Subsidy set"}, includes=said))


def test_the_page_of_a_set_leads_to_its_members_and_back(browser, world):
    release_set(world, SLUG)
    page = browser.read(f"/templates/{PUBLISHER}/subsidy-set")
    members = page.find("section", id="members")
    assert members.find("h2").get_text() == "このセットに含まれるテンプレート"
    assert members.find("a", href=PAGE)
    assert "1.0.0" in words(members)
    sets = browser.read(PAGE).find("section", id="sets")
    assert sets.find("h2").get_text() == "このテンプレートを含むセット"
    assert sets.find("a", href=f"/templates/{PUBLISHER}/subsidy-set").get_text() == "補助金セット"


def test_a_member_that_is_not_there_is_named_without_a_link(browser, world):
    release_set(world, "nothing-there")
    members = browser.read(f"/templates/{PUBLISHER}/subsidy-set").find("section", id="members")
    assert "nothing-there" in words(members)
    assert members.find("a") is None


def test_sets_have_a_row_on_the_start_page_and_a_filter_in_the_list(browser, world):
    world.release()
    assert browser.read("/").find("a", href="/templates?kind=set") is None
    release_set(world, SLUG, first=False)
    assert browser.read("/").find("a", href="/templates?kind=set")
    page = browser.read("/templates?kind=set")
    assert [link.get_text() for link in page.select(".card-title a")] == ["補助金セット"]
    assert "checked" in boxes(page, "kind")[0].attrs


def test_a_long_dimension_shows_the_commonest_and_the_rest_from_north_to_south():
    values = [FacetValue(each, Text(each, each), 47 - place) for place, each in enumerate(reversed(PREFECTURES))]
    state = ListState("/templates", "", "", {})
    facet = show_facet("prefecture", "", values, state=state, total=99, language=Language.JA, order=PREFECTURES)
    assert [choice.value for choice in facet.first] == list(reversed(PREFECTURES))[:8]
    assert [choice.value for choice in facet.rest] == list(PREFECTURES)[:-8]
    assert len({choice.id for choice in facet.choices}) == 47


def test_other_kinds_that_hold_the_words_are_named_with_their_number(browser, world):
    world.release()
    world.index_municipalities()
    line = browser.read("/templates?q=公開市").find("a", href="/municipalities?q=%E5%85%AC%E9%96%8B%E5%B8%82")
    assert line.get_text() == "自治体 1"
    assert "ほかに" not in words(browser.read("/templates?q=補助金"))
    assert "ほかに" not in words(browser.read("/templates"))
