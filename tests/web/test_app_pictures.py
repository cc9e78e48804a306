"""Apps of a template are shown as they will look before anybody installs them, drawn from their definitions."""

from __future__ import annotations

import gzip
import itertools

import pytest
from sqlalchemy import event

from catalog_tools.expanding import CATALOG
from marketplace.bundle.reading import read_folder
from tests.bundle.factories import make_app, make_bundle, make_field, make_options
from tests.web.conftest import parse, words
from tests.web.factories import PAGE, PUBLISHER

STATEMENTS = 3
MOST_BYTES = 30_000
HOSTILE = '<script>alert(1)</script><img src=x onerror=y>"'


def release(world, slug):
    version = max((CATALOG / slug).iterdir(), key=lambda each: [int(part) for part in each.name.split(".")])
    world.release(read_folder(version))
    return f"/templates/{PUBLISHER}/{slug}"


def small(response):
    return len(gzip.compress(response.get_data()))


def test_a_small_template_shows_its_form_with_the_first_sample_and_its_list_in_both_languages(browser, world):
    address = f"{release(world, 'handover-notes')}/apps/handover-notes"
    page = browser.read(address)
    form = page.find(id="form")
    picture = form.select_one(".picture")
    assert "見本" in words(form)
    assert picture.has_attr("inert")
    assert picture.fieldset.has_attr("disabled")
    assert any(control.get("value") for control in picture.select("input.control"))
    assert 1 <= len(page.select("#list .record-list tbody tr")) <= 5
    assert page.select_one('nav a[href="#fields"]') is not None
    assert page.select("#fields tbody tr")
    browser.get("/language?to=en&next=/")
    assert "Sample" in words(browser.read(address).find(id="form"))


def test_the_subsidy_set_shows_graphs_tables_process_and_how_its_apps_hang_together(browser, world):
    address = release(world, "subsidy-set")
    whole = browser.get(address)
    assert small(whole) <= MOST_BYTES
    template = parse(whole, 200)
    assert "補助金" in words(template.select_one("#apps svg.diagram"))
    assert "ルックアップ" in words(template.find(id="apps"))
    links = [link["href"] for link in template.select("#apps a.button")]
    assert len(links) == 3
    response = browser.get(f"{address}/apps/subsidy-grant-management")
    assert small(response) <= MOST_BYTES
    page = parse(response, 200)
    assert page.select("#form table.entry-rows tbody tr")
    assert "所属長" in words(page.select_one("#process svg"))
    steps = [words(row) for row in page.select("#process tbody tr")]
    assert any("申請受付" in step and "書類確認に進める" in step and "だれでも" in step for step in steps)
    assert page.select("#graphs svg.chart")
    assert page.select("a[href*='/w/']") == []


def test_pictures_cost_the_database_of_the_service_nothing(browser, world, engine):
    world.release()
    page = f"{PAGE}/apps/{browser.read(PAGE).select_one('#apps a.button')['href'].rsplit('/', 1)[-1]}"
    browser.read(page)
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    browser.read(page)
    event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == STATEMENTS, sent


def hostile_app():
    fields = (
        make_field("SINGLE_LINE_TEXT", "甲", label=HOSTILE),
        make_field("RICH_TEXT", "乙", label="説明"),
        make_field("DROP_DOWN", "丙", label="選択", options=make_options(HOSTILE)),
    )
    states = {
        name: {"name": name, "index": str(index), "assignee": {"type": "ONE", "entities": []}}
        for index, name in enumerate(("<b>受付</b>", "済"))
    }
    process = {
        "enable": True,
        "states": states,
        "actions": [{"name": HOSTILE, "from": "<b>受付</b>", "to": "済", "filterCond": ""}],
    }
    record = {
        "甲": {"value": HOSTILE},
        "乙": {"value": "<p onclick=x>文<script>1</script></p>"},
        "丙": {"value": HOSTILE},
    }
    return make_app(HOSTILE, *fields, process=process, records={"records": [record]})


def test_hostile_words_stay_words(browser, world):
    world.release(make_bundle({"app": hostile_app()}))
    html = browser.get(f"{PAGE}/apps/app").get_data(as_text=True)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "onclick=x" not in html.replace("&lt;p onclick=x", "")
    assert "<script>" in words(browser.read(f"{PAGE}/apps/app").find(id="fields"))


def test_a_form_too_large_for_a_picture_is_told_in_its_table(browser, world):
    fields = [make_field("SINGLE_LINE_TEXT", f"項目{number}") for number in range(450)]
    other = [make_field("SINGLE_LINE_TEXT", f"項目{number}") for number in range(450)]
    lookup = {"relatedApp": {"app": "other"}, "relatedKeyField": "項目1", "fieldMappings": []}
    lookup["lookupPickerFields"] = ["項目1"]
    asks = make_field("SINGLE_LINE_TEXT", "取得", lookup=lookup)
    apps = {"app": make_app("大きな台帳", asks, *fields), "other": make_app("ほかの台帳", *other)}
    apps["other"]["fields"]["properties"]["項目1"]["unique"] = True
    world.release(make_bundle(apps))
    page = browser.read(f"{PAGE}/apps/app")
    assert page.select_one(".picture") is None
    assert "絵にできません" in words(page.find(id="form"))
    assert len(page.select("#fields tbody tr")) == 451


def test_a_process_of_a_hundred_states_is_told_in_its_table(browser, world):
    names = [f"状態{number}" for number in range(100)]
    states = {
        name: {"name": name, "index": str(index), "assignee": {"type": "ONE", "entities": []}}
        for index, name in enumerate(names)
    }
    steps = itertools.pairwise(names)
    actions = [{"name": "進む", "from": one, "to": other, "filterCond": ""} for one, other in steps]
    process = {"enable": True, "states": states, "actions": actions}
    world.release(make_bundle({"app": make_app("台帳", make_field("SINGLE_LINE_TEXT", "件名"), process=process)}))
    page = browser.read(f"{PAGE}/apps/app")
    assert page.select_one("#process svg") is None
    assert len(page.select("#process tbody tr")) == 99


@pytest.mark.parametrize("key", ["none", "%00", "..%2Fapp"])
def test_an_app_that_is_not_there_is_not_found(browser, world, key):
    world.release()
    assert browser.get(f"{PAGE}/apps/{key}").status_code == 404
