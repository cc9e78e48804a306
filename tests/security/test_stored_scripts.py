"""Whatever a municipality writes, no page holds a live element, handler or address of it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from markupsafe import escape

from marketplace.kernel.text import Language
from tests.security.hostile import FORMULA, LINK, PROBE, Attacks, live_parts, live_parts_of_svg
from tests.security.planted import Planted, planted_service
from tests.security.whole_map import places

SEEN_AT_LEAST = 40
"""On so many pages the words of an attack stand, as words."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The service after everything was written."""
    with planted_service(tmp_path_factory.mktemp("attacked")) as made:
        Attacks(made).write()
        yield made


@pytest.mark.parametrize("text", [PROBE, LINK, f'<b title="{PROBE}', "<script>zqx()</script>", "<svg onload=1>"])
def test_a_page_that_falls_for_an_attack_is_found_out(text):
    assert list(live_parts(f"<title>{text}</title>{text}"))
    assert not list(live_parts(f"<title>{escape(text)}</title><p title='{escape(text)}'>{escape(text)}</p>"))


@pytest.mark.parametrize(
    "inside",
    [
        "<zqx/>",
        "<script>zqx()</script>",
        '<rect onclick="zqx()"/>',
        '<a href="javascript:zqx()"/>',
        '<image href="https://elsewhere.example/x"/>',
        "<foreignObject/>",
    ],
)
def test_a_picture_that_falls_for_an_attack_is_found_out(inside):
    frame = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
    assert list(live_parts_of_svg(frame.format(inside)))
    assert not list(live_parts_of_svg(frame.format(f"<text>{escape(inside)}</text>")))


LOOKS = {"text/html": live_parts, "image/svg+xml": live_parts_of_svg}


@pytest.mark.slow
@pytest.mark.parametrize("language", Language)
def test_no_page_and_no_picture_holds_anything_live_of_what_was_written(attacked, language):
    found, showing, in_language = {}, defaultdict(set), f'<html lang="{language.value}"'
    for visitor in [*attacked.owners(), attacked.visitors["stranger"], attacked.visitors["neighbour"]]:
        reader = replace(visitor, headers={**visitor.headers, "Accept-Language": language.value})
        for place in (place for place in places(attacked) if place.method == "GET"):
            answer = place.ask(reader)
            assert answer.status_code < 500 or place.endpoint in {"healthz", "readyz"}, (place, answer.text[-2000:])
            if answer.mimetype in LOOKS and not 300 <= answer.status_code < 400:
                live = list(LOOKS[answer.mimetype](answer.text))
                if live:
                    found[str(place)] = live[:3]
                if "zqx()" in answer.text and (in_language in answer.text or answer.mimetype != "text/html"):
                    showing[answer.mimetype].add(place.endpoint)
    assert found == {}
    assert len(showing["text/html"]) >= SEEN_AT_LEAST, showing
    assert showing["image/svg+xml"]


@pytest.mark.slow
def test_no_cell_of_a_spreadsheet_is_a_formula(attacked):
    saved = {"web_apps.export", "web_audit_log.save", "web_people.export"}
    owner, cells = attacked.owners()[0], []
    for place in (place for place in places(attacked) if place.endpoint in saved and place.method == "GET"):
        answer = place.ask(owner)
        assert answer.status_code == 200, place
        cells += [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert f"'{FORMULA}" in cells
    assert any(PROBE[:10] in cell for cell in cells)
