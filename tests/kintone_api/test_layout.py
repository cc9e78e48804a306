"""The layout of the form over the API."""

from __future__ import annotations

import pytest

from tests.kintone_api.conftest import Kintone

LAYOUT = "preview/app/form/layout"


def row(*cells: dict) -> dict:
    return {"type": "ROW", "fields": list(cells)}


def number(code: str) -> dict:
    return {"type": "NUMBER", "code": code, "size": {"width": "200"}}


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app with two numbers, a group and a table."""
    made = kintone.make_app()
    column = {"type": "NUMBER", "code": "数量", "label": "数量"}
    kintone.add_fields(
        made,
        甲={"type": "NUMBER"},
        乙={"type": "NUMBER"},
        群={"type": "GROUP"},
        表={"type": "SUBTABLE", "fields": {"数量": column}},
    )
    return made


def complete() -> list[dict]:
    return [
        row({"type": "LABEL", "label": "<b>申請</b>", "size": {"width": "100"}}, number("甲")),
        {
            "type": "GROUP",
            "code": "群",
            "layout": [row(number("乙"), {"type": "SPACER", "elementId": "s", "size": {}})],
        },
        {"type": "SUBTABLE", "code": "表", "fields": [number("数量")]},
        row({"type": "HR", "size": {"width": "400"}}),
    ]


def test_a_layout_reads_back_as_written(kintone: Kintone, app):
    kintone.put(LAYOUT, app=app, layout=complete())
    assert kintone.get(LAYOUT, app=app)["layout"] == complete()


def test_added_fields_stand_at_the_bottom_until_they_are_placed(kintone: Kintone, app):
    rows = kintone.get(LAYOUT, app=app)["layout"]
    assert [each["type"] for each in rows] == ["ROW", "ROW", "GROUP", "SUBTABLE"]


def test_sizes_are_texts_also_when_sent_as_numbers(kintone: Kintone, app):
    rows = complete()
    rows[0]["fields"][1]["size"] = {"width": 250}
    kintone.put(LAYOUT, app=app, layout=rows)
    assert kintone.get(LAYOUT, app=app)["layout"][0]["fields"][1]["size"] == {"width": "250"}


def test_every_field_must_be_placed(kintone: Kintone, app):
    assert kintone.refused("PUT", LAYOUT, app=app, layout=complete()[1:]) == (400, "GAIA_FN11")


def test_standard_fields_may_be_placed_but_need_not(kintone: Kintone, app):
    rows = [*complete(), row({"type": "RECORD_NUMBER", "code": "レコード番号"})]
    kintone.put(LAYOUT, app=app, layout=rows)


def test_a_field_is_placed_once(kintone: Kintone, app):
    errors = kintone.errors("PUT", LAYOUT, app=app, layout=[*complete(), row(number("甲"))])
    assert set(errors) == {"layout[4].fields[0].code"}


def test_an_unknown_field_is_refused(kintone: Kintone, app):
    assert kintone.refused("PUT", LAYOUT, app=app, layout=[*complete(), row(number("無"))]) == (400, "GAIA_FC01")


def test_a_type_that_differs_from_the_form_is_refused(kintone: Kintone, app):
    rows = complete()
    rows[0]["fields"][1]["type"] = "DATE"
    assert set(kintone.errors("PUT", LAYOUT, app=app, layout=rows)) == {"layout[0].fields[1].type"}


@pytest.mark.parametrize("columns", [[], [number("数量"), number("甲")], [number("数量"), number("数量")]])
def test_the_columns_of_a_table_must_match(kintone: Kintone, app, columns):
    rows = complete()
    rows[2]["fields"] = columns
    assert set(kintone.errors("PUT", LAYOUT, app=app, layout=rows)) == {"layout[2].fields"}


@pytest.mark.parametrize("kind", ["GROUP", "SUBTABLE"])
def test_a_group_holds_rows_only(kintone: Kintone, app, kind):
    rows = complete()
    rows[1]["layout"] = [{"type": kind, "code": "表", "layout": [], "fields": []}]
    assert "layout[1].layout[0].type" in kintone.errors("PUT", LAYOUT, app=app, layout=rows)


def test_a_missing_layout_is_named(kintone: Kintone, app):
    assert kintone.errors("PUT", LAYOUT, app=app) == {"layout": ["必須です。"]}


def test_a_missing_app_is_the_only_thing_named(kintone: Kintone):
    assert kintone.errors("PUT", LAYOUT) == {"app": ["必須です。"]}
