"""Texts and files made to keep a regular expression or a parser busy, and with it everybody else in the process."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from markupsafe import escape

from marketplace.bundle.lines import line_of
from marketplace.bundle.picture_data import kind_of
from marketplace.kintone.record_matching import SHAPES
from marketplace.sandbox.csv_files.cells import raw_value as value_of_cell
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.web.apps.entry import Spot
from marketplace.web.apps.form_values import raw_value as value_of_control
from marketplace.web.apps.rich_text import lines_of_rich_text, rich_text_of_lines
from marketplace.web.markdown import LONGEST, render_markdown
from marketplace.web.proposal_page import without_links

SECONDS = 1.0
"""What is read in one pass takes thousandths of it; what begins again at each letter takes more than ten of it."""
MANY = 50_000
FORM = Form(1, 1, "", "site", "Asia/Tokyo", {})


def typed(type_: FieldType, text: str) -> object:
    problems: dict[str, list[object]] = {}
    value = value_of_control(FORM, Spot(Field(1, "a", type_, {})), (text,), problems)
    return value or list(problems)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda text: kind_of(text.encode()), "<!---->" * 27),
        (lambda text: kind_of(text.encode()), " \n" * MANY),
        (rich_text_of_lines, "<" + " " * MANY + "1"),
        (lines_of_rich_text, "<" + " " * MANY + "1"),
        (lambda text: typed(FieldType.DATETIME, text), "2026-04-01" + " " * MANY + "x"),
        (lambda text: typed(FieldType.TIME, text), "12:" + " " * MANY + "x"),
        (lambda text: value_of_cell(Field(1, "a", FieldType.DATETIME, {}), text, "Asia/Tokyo"), "a" + " " * MANY + "x"),
        (without_links, "[" * MANY),
        (without_links, "[a](" * MANY),
        (SHAPES["RICH_TEXT"], "<" * MANY * 2),
        (lambda text: line_of(text, "/a"), '"\\' * MANY),
        (lambda text: render_markdown(text, lambda _path: None), "![[]()" * MANY),
        (lambda text: render_markdown(text, lambda _path: None), "a <![CDATA[" * MANY),
    ],
)
def test_what_is_made_to_take_long_takes_one_pass(read: Callable[[str], object], text: str):
    began = time.process_time()
    read(text)
    assert time.process_time() - began < SECONDS


def test_what_is_meant_is_read_as_before():
    assert kind_of(b"\xef\xbb\xbf\n<?xml version='1.0'?> <!-- a - b --><!----> <svg/>") == "svg"
    assert typed(FieldType.DATETIME, "２０２６年４月１日　９時") == "2026-04-01T09:00:00+09:00"
    assert typed(FieldType.TIME, "9 時 5 分") == "09:05"
    assert typed(FieldType.TIME, "12:" + " " * MANY) == ["f1"]
    assert rich_text_of_lines("< / b>") == "< / b>"
    assert rich_text_of_lines("1 < 2") == "1 &lt; 2"
    assert without_links("![図](images/a.png)と[手順](a.md)") == "図と手順"


def test_a_text_too_long_for_the_parser_is_shown_as_it_was_written():
    text = "# <b>題</b>\n\n" + "あ" * LONGEST
    html = render_markdown(text, lambda _path: None)
    assert html.startswith(f"<pre>{escape(text[:10])}")
    assert "<h" not in html
    assert "<b" not in html
