"""The help: every page in both languages, every link leads somewhere, and nothing stale is told."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException

from marketplace.bundle.schemas import schema_names
from marketplace.kernel.operator import Operator
from marketplace.kernel.text import Language
from marketplace.web.help_index import HOW_TOS, STATEMENTS
from tests.web.conftest import words

TEXTS = Path("marketplace/web/templates/help/texts")
PAGES = {**HOW_TOS, **STATEMENTS}
PLACE = Path("marketplace/web")
NO_LABELS = {
    ("accessibility.ja.md", "準拠"),
    ("accessibility.ja.md", "一部準拠"),
    ("placeholders.ja.md", "主管課"),
    ("placeholders.en.md", "Section chief"),
    ("placeholders.en.md", "department in charge"),
    ("wanted.en.md", "Deadlines of road occupancy permits"),
}
"""Words in quotation marks that are no words of the pages."""
BESIDE = {"/docs/api", "/docs/errors"}
"""Pages that the application of these tests does not mount."""


def test_the_help_lists_every_schema(browser):
    page = browser.get("/help/bundle").get_data(as_text=True)
    assert set(re.findall(r"/schemas/bundle/1/([a-z_]+)\.schema\.json", page)) == set(schema_names())


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_published_and_valid(browser, name):
    answer = browser.get(f"/schemas/bundle/1/{name}.schema.json")
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    Draft202012Validator.check_schema(answer.json)
    assert answer.json["$id"].endswith(f"/schemas/bundle/1/{name}.schema.json")


def test_a_schema_that_does_not_exist_is_not_found(browser):
    assert browser.get("/schemas/bundle/1/passwords.schema.json").status_code == 404


def test_a_help_page_that_does_not_exist_is_not_found(browser):
    browser.read("/help/passwords", status=404)


@pytest.mark.parametrize("language", Language)
def test_every_page_is_there_and_every_link_in_it_leads_somewhere(browser, app, language):
    browser.get(f"/language?to={language}&next=/")
    routes = app.url_map.bind("localhost")
    lost = set()
    for page in PAGES.values():
        read = browser.read(page.address)
        assert read.html["lang"] == language
        assert read.h1.get_text() == page.title.in_language(language)
        assert re.search(r"[{}]|\*\*|\]\(", words(read)) is None, f"{page.name}: markup was left over"
        addresses = {str(link["href"]).split("?")[0] for link in read.find_all("a", href=re.compile("^/"))}
        lost |= {(page.name, address) for address in addresses - BESIDE if not leads_somewhere(routes, address)}
    assert lost == set()


def leads_somewhere(routes, address: str) -> bool:
    if address.startswith("/help/") and address != "/help/bundle":
        return address.removeprefix("/help/") in HOW_TOS
    try:
        routes.match(address, method="GET")
    except HTTPException:
        return False
    return True


def test_every_text_is_there_in_both_languages_and_belongs_to_a_page():
    there = {path.name for path in TEXTS.iterdir()}
    assert there == {f"{name}.{language}.md" for name in (*PAGES, "_operator") for language in ("ja", "en")}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_both_languages_of_a_text_have_the_same_shape(name):
    shapes = [
        re.findall(r"^ *(##|\d+\.|-) |\]\((\S+?)\)", (TEXTS / f"{name}.{language}.md").read_text("utf-8"), re.MULTILINE)
        for language in ("ja", "en")
    ]
    assert shapes[0] == shapes[1]


def test_the_index_and_the_footer_name_every_page(browser):
    index = browser.read("/help")
    for place in (index.main, index.footer):
        assert {page.address for page in PAGES.values()} <= {link["href"] for link in place.find_all("a")}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_the_statements_name_the_operator_or_say_that_none_is_named(browser, app, name):
    assert "運営者：まだ設定されていません" in words(browser.read(f"/{name}"))
    app.ports = replace(app.ports, operator=Operator("みほん県 <b>DX</b>課", "dx@mihon.example.jp"))
    shown = browser.read(f"/{name}")
    assert shown.main.find("a", href="mailto:dx@mihon.example.jp")
    assert shown.main.find("b") is None
    app.ports = replace(app.ports, operator=Operator("みほん県", "電話 000-000-0000"))
    assert "連絡先：電話 000-000-0000" in words(browser.read(f"/{name}"))


def test_the_texts_tell_what_the_settings_say(browser, app):
    app.ports = replace(app.ports, tryouts=replace(app.ports.tryouts, most=0))
    assert "お試しを受け付けていません" in words(browser.read("/help/try"))
    assert "導入が終わって90日で消します" in words(browser.read("/privacy"))


def test_what_the_texts_put_in_quotation_marks_stands_on_the_pages():
    said = "\n".join(path.read_text("utf-8") for place in ("*.html", "*.py") for path in PLACE.rglob(place))
    quoted = {
        (path.name, pair)
        for path in TEXTS.glob("*.md")
        for pair in re.findall(r"「([^」]+)」|“([^”]+)”", path.read_text("utf-8"))
    }
    assert {(name, ja or en) for name, (ja, en) in quoted if (ja or en) not in said} - NO_LABELS == set()
