"""The template page names similar templates and why, for one statement whatever their number."""

import pytest
from sqlalchemy import event

from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.conftest import words
from tests.web.factories import PAGE, SLUG

STATEMENTS = 8


def release(world, slug, *labels):
    fields = [make_field("SINGLE_LINE_TEXT", label) for label in labels]
    world.release(make_bundle({"app": make_app("通報", *fields)}, slug=slug))
    world.compare()


def test_the_page_names_similar_templates_with_their_publisher_and_the_fields_in_common(browser, world):
    release(world, SLUG, "現場写真", "路線名")
    release(world, "other", "現場写真", "路線名")
    page = browser.read(PAGE)
    section = page.find(id="similar")
    assert section.find("h2").get_text() == "似ているテンプレート"
    assert section.select_one(".card-title a")["href"] == PAGE.replace(SLUG, "other")
    assert "現場写真" in words(section)
    assert "公開市" in words(section)
    assert page.find("a", href="#similar")


def test_a_template_like_no_other_has_no_such_section(browser, world):
    release(world, SLUG, "現場写真")
    page = browser.read(PAGE)
    assert page.find(id="similar") is None
    assert page.find("a", href="#similar") is None


@pytest.mark.parametrize("others", [0, 6])
def test_the_page_costs_the_same_number_of_statements_however_many_are_similar(browser, world, engine, others):
    for slug in (SLUG, *(f"other-{at}" for at in range(others))):
        release(world, slug, "現場写真", "路線名")
    browser.read(PAGE)
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    browser.read(PAGE)
    event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == STATEMENTS, sent
