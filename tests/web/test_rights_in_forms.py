"""The form and the page of a record show what the rights allow, and hostile requests get no further."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from marketplace.sandbox.models import Record
from tests.bundle.factories import make_app, make_bundle, make_field, make_layout
from tests.web.conftest import words
from tests.web.sheet import Sheet

EVERYONE = {"type": "GROUP", "code": "everyone"}


def limited_app():
    return make_app(
        "決裁",
        make_field("SINGLE_LINE_TEXT", "件名"),
        make_field("SINGLE_LINE_TEXT", "決裁欄", defaultValue="未決裁"),
        make_field("SINGLE_LINE_TEXT", "内部メモ", defaultValue="秘密"),
        make_field("CALC", "公の計算", expression="1 + 1"),
        make_field("CALC", "内部の計算", expression="1 + 2"),
        make_field(
            "SUBTABLE",
            "明細",
            fields={
                "品名": make_field("SINGLE_LINE_TEXT", "品名"),
                "査定": make_field("NUMBER", "査定", defaultValue="7"),
            },
        ),
        permissions={
            "app": {
                "rights": [
                    {
                        "entity": EVERYONE,
                        "recordViewable": True,
                        "recordAddable": True,
                        "recordEditable": True,
                        "recordDeletable": False,
                    }
                ]
            },
            "record": {
                "rights": [
                    {
                        "filterCond": '件名 in ("確定")',
                        "entities": [{"entity": EVERYONE, "viewable": True, "editable": False, "deletable": False}],
                    }
                ]
            },
            "field": {
                "rights": [
                    {"code": "決裁欄", "entities": [{"entity": EVERYONE, "accessibility": "READ"}]},
                    {"code": "内部メモ", "entities": [{"entity": EVERYONE, "accessibility": "NONE"}]},
                    {"code": "内部の計算", "entities": [{"entity": EVERYONE, "accessibility": "NONE"}]},
                    {"code": "査定", "entities": [{"entity": EVERYONE, "accessibility": "READ"}]},
                ]
            },
        },
    )


@pytest.fixture(scope="module")
def base(prepared) -> str:
    """The address of an app whose rights hide one field and fix others."""
    return f"/w/{prepared.world().install(make_bundle({'desk': limited_app()}))[0]}/k/1/"


def test_fixed_fields_are_shown_and_hidden_ones_are_not_there(sign_in, base):
    browser = sign_in("reader")
    sheet = Sheet.visit(browser, f"{base}new").press("行を追加")
    assert sheet.output("決裁欄") == "未決裁"
    assert "内部メモ" not in words(sheet.soup)
    page = sheet.fill("件名", "申請").fill("品名", "紙").press("保存する", 303).soup
    assert "未決裁" in words(page)
    assert "秘密" not in words(page)
    edit = Sheet.visit(browser, f"{base}edit?record=1")
    assert [edit.output("決裁欄"), edit.output("査定")] == ["未決裁", "7"]
    assert "申請2" in words(edit.fill("件名", "申請2").fill("品名", "筆").press("保存する", 303).soup)


def test_what_is_computed_of_hidden_fields_is_not_sent_to_the_form(sign_in, world):
    app = limited_app()
    for code, of in (("件名の写し", "件名"), ("メモの写し", "内部メモ")):
        app["fields"]["properties"][code] = make_field("CALC", code, expression=f'IF({of} = "", 0, 1)')
    app["layout"] = make_layout(app["fields"]["properties"])
    hidden = {"code": "メモの写し", "entities": [{"entity": EVERYONE, "accessibility": "NONE"}]}
    app["permissions"]["field"]["rights"].append(hidden)
    address = f"/w/{world.install(make_bundle({'desk': app}))[0]}/k/1/"
    browser = sign_in("reader")
    sheet = Sheet.visit(browser, f"{address}new").fill("件名", "申請")
    sent = browser.post(f"{address}compute", data=sheet.values).get_data(as_text=True)
    assert sent.count('id="o-') == 2  # the copy of the subject, and what the app computes anyway
    assert ">1<" in sent


def test_what_is_computed_has_its_place_in_the_form(sign_in, base):
    browser = sign_in("reader")
    sheet = Sheet.visit(browser, f"{base}new").press("行を追加")
    answer = BeautifulSoup(browser.post(f"{base}compute", data=sheet.values).get_data(as_text=True), "html.parser")
    computed = {each["id"] for each in answer.select("[hx-swap-oob]")}
    assert computed
    assert computed <= {each["id"] for each in sheet.soup.select(".output[id]")}


def test_what_is_sent_for_fixed_or_hidden_fields_changes_nothing(sign_in, base, session):
    browser = sign_in("reader")
    Sheet.visit(browser, f"{base}new").fill("件名", "元").press("保存する", 303)
    sheet = Sheet.visit(browser, f"{base}edit?record=1").fill("件名", "新")
    for number in range(1, 30):
        sheet.values.setdefault(f"f{number}", "hacked")
    sheet.values["base"] = ".".join(f"{number}-x" for number in range(1, 30))
    sheet.press("保存する", 303)
    stored = session.scalars(select(Record)).one().values.values()
    assert {text for text in stored if isinstance(text, str) and text} == {"新", "未決裁", "秘密", "2", "3"}


def test_what_may_not_be_done_is_neither_offered_nor_accepted(sign_in, base):
    Sheet.visit(sign_in("admin"), f"{base}new").fill("件名", "確定").press("保存する", 303)
    browser = sign_in("reader")
    page = browser.read(f"{base}show?record=1")
    assert [words(link) for link in page.select(".record-acts a")] == ["複製する"]
    assert browser.get(f"{base}edit?record=1").status_code == 403
    assert browser.post(f"{base}edit?record=1", data={"do": "save"}).status_code == 403
    assert browser.post(f"{base}delete?record=1").status_code == 403
    assert browser.get(f"{base}show?record=1").status_code == 200
