"""Pages enlarged four times, in the colours of the system, and without movement."""

from __future__ import annotations

import pytest

from tests.e2e.browser import open_browser, open_page, running_chromium, take_picture
from tests.e2e.test_accessibility import PAGES, TEMPLATE

SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
MOVING = """[...document.querySelectorAll('*')].filter((each) => {
  const style = getComputedStyle(each);
  return style.animationName !== 'none' || style.transitionDuration.split(', ').some((one) => parseFloat(one) > 0.01);
}).map((each) => each.outerHTML.slice(0, 80))"""
LATIN_ONLY = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{cache}</cachedir></fontconfig>"""
UNMARKED = """[...document.querySelectorAll('main button, main input:not([type=hidden])')].filter((each) => {
  const style = getComputedStyle(each);
  return style.borderStyle === 'none' && style.appearance === 'none';
}).map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def service(shared):
    """The service that modules share."""
    return shared


@pytest.mark.parametrize("language", ["ja", pytest.param("en", marks=pytest.mark.slow)])
def test_no_page_scrolls_sideways_enlarged_to_400_percent(service, language):
    with open_browser("enlarged", f"http://localhost:{service.port}") as (page, _faults):
        page.goto(f"/language?to={language}&next=/")
        wide = []
        for path in PAGES:
            page.goto(path)
            if page.evaluate(SIDEWAYS):
                wide.append(path)
    assert wide == []


@pytest.mark.slow
def test_buttons_and_fields_keep_their_edges_in_the_colours_of_the_system(service):
    with open_browser("phone", f"http://localhost:{service.port}") as (page, _faults):
        page.emulate_media(forced_colors="active")
        found = {}
        for path in ("/", "/templates", TEMPLATE, "/sign-in"):
            page.goto(path)
            take_picture(page, f"forced-colours-{path.strip('/').replace('/', '-') or 'start'}")
            found[path] = page.evaluate(UNMARKED)
    assert {path: unmarked for path, unmarked in found.items() if unmarked} == {}


def test_nothing_moves_for_those_who_asked_for_less_movement(service):
    with open_browser("desktop", f"http://localhost:{service.port}") as (page, _faults):
        page.emulate_media(reduced_motion="reduce")
        for path in ("/", "/templates?q=補助金", TEMPLATE):
            page.goto(path)
            assert page.evaluate(MOVING) == []


@pytest.mark.slow
@pytest.mark.parametrize("has_japanese", [True, False])
def test_only_a_device_without_a_japanese_font_fetches_ours(service, tmp_path, has_japanese):
    (tmp_path / "fonts.conf").write_text(LATIN_ONLY.format(cache=tmp_path))
    environ = {} if has_japanese else {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    address = f"http://localhost:{service.port}"
    with running_chromium(**environ) as browser, open_page(browser, "phone", address) as (page, faults):
        fonts = []
        page.on("requestfinished", lambda sent: fonts.append(sent.url) if sent.resource_type == "font" else None)
        page.goto("/")
        page.evaluate("document.fonts.ready")
        page.wait_for_load_state("networkidle")
        if not has_japanese:
            take_picture(page, "own-font")
    assert [font.rsplit("/", 1)[-1] for font in fonts] == ([] if has_japanese else ["noto-sans-jp.woff2"])
    assert faults == []
