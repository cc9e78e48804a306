"""The municipalities as pages that anybody may read."""

from __future__ import annotations

import pytest

from tests.api.test_cost import counted
from tests.bundle.factories import make_bundle
from tests.municipalities.factories import MIHON
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER, SLUG

STATEMENTS = {
    "/templates": 3,
    "/templates?category=sangyo&category=bosai&publisher=993018": 3,
    "/templates?q=公開&category=sangyo&category=bosai": 19,
    "/municipalities": 3,
    "/municipalities?q=公開&sharing=publishes&sharing=uses": 4,
    f"/municipalities/{PUBLISHER}": 7,
}


@pytest.fixture(scope="module")
def towns(prepared):
    """公開市 publishes a template that みほん市 has installed."""
    world = prepared.world()
    world.install()
    world.index_municipalities()


@pytest.mark.usefixtures("towns")
def test_municipalities_are_listed_with_those_that_publish_first(browser):
    page = browser.read("/municipalities")
    assert page.find(role="status").get_text() == "2団体"
    links = [link["href"] for link in page.select(".municipality-list h3 a")]
    assert links == [f"/municipalities/{PUBLISHER}", f"/municipalities/{MIHON}"]
    assert "公開 1件" in words(page)
    assert "導入 1件" in words(page)


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_list_is_searched_and_narrowed(browser, language):
    page = browser.read(f"/municipalities?q=公開市&sharing=publishes&sharing=uses&lang={language}")
    assert len(page.select(".municipality-list > li")) == 1
    assert len(page.select("a.chip")) == 2
    assert page.find("a", href="/templates?q=%E5%85%AC%E9%96%8B%E5%B8%82")
    assert (
        browser.read(f"/municipalities?q=ない団体&lang={language}").select_one(".empty a")["href"] == "/municipalities"
    )


@pytest.mark.usefixtures("towns")
def test_the_pages_of_municipalities_tell_what_they_publish_and_use(browser):
    publisher = browser.read(f"/municipalities/{PUBLISHER}")
    assert publisher.find("h1").get_text() == "架空県公開市"
    assert publisher.select_one("#templates .card-title a")["href"] == PAGE
    user = browser.read(f"/municipalities/{MIHON}")
    assert user.select_one("#uses a")["href"] == PAGE
    assert "42,000人" in words(user)
    assert "架空の団体" in words(user)


@pytest.mark.usefixtures("towns")
def test_the_template_page_leads_to_its_publisher_and_its_users(browser):
    page = browser.read(PAGE)
    assert page.select_one(".page-head .template-meta a")["href"] == f"/municipalities/{PUBLISHER}"
    assert page.select_one("#users a")["href"] == f"/municipalities/{MIHON}"


def test_a_publisher_with_many_templates_leads_to_the_whole_list(browser, world):
    for number in range(21):
        world.release(make_bundle(slug=f"template-{number}"))
    page = browser.read(f"/municipalities/{PUBLISHER}")
    assert page.find("a", href=f"/templates?publisher={PUBLISHER}").get_text() == "すべて見る（21件）"


@pytest.mark.parametrize("code", ["000000", "tryout", "013030", "%00"])
def test_a_code_that_is_none_is_not_found(browser, code):
    assert browser.get(f"/municipalities/{code}").status_code == 404


@pytest.mark.parametrize("query", ["cursor=%00", "sharing=nonsense", "prefecture=%00", "q=" + "あ" * 300])
def test_an_address_that_makes_no_sense_is_no_failure(browser, query):
    assert browser.get(f"/municipalities?{query}").status_code in {200, 422}


@pytest.mark.parametrize("size", [1, 6])
def test_the_lists_and_pages_cost_no_more_than_a_known_number_of_statements(browser, world, engine, size):
    for number in range(size):
        world.release(make_bundle(slug=SLUG if number == 0 else f"template-{number}"))
    world.index_municipalities()
    browser.read("/templates")
    for path, statements in STATEMENTS.items():
        with counted(engine) as sent:
            browser.read(path)
        assert len(sent) <= statements, (path, sent)
