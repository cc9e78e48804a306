"""A small picture of each app tells on the first screen of a template what it is like to use."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from catalog_tools.expanding import CATALOG
from marketplace.bundle.reading import read_folder
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.web.factories import PAGE, PUBLISHER

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script>"&'


def release(world, slug, number):
    world.release(read_folder(CATALOG / slug / number))
    return f"/templates/{PUBLISHER}/{slug}"


def drawn(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("image/svg+xml")
    return [each.text for each in ET.fromstring(answer.data).iter(f"{SVG}text")]  # noqa: S314 - ours


def test_the_first_screen_shows_the_app_that_is_worked_in_before_those_it_reads(browser, world):
    address = release(world, "subsidy-grant-management", "1.1.0")
    found = browser.read(address).select(".miniatures a")
    assert [each["href"].rsplit("/", 1)[-1] for each in found] == [
        "subsidy-grant-management",
        "subsidy-program-master",
        "recipient-register",
    ]
    assert found[0].img["alt"] == "補助金・助成金申請管理の一覧の見本"
    texts = drawn(browser, found[0].img["src"])
    assert texts[:2] == ["補助金・助成金申請管理", "進行中の申請"]
    assert {"申請番号", "ステータス"} <= set(texts)
    assert any(text.startswith("見本-0") for text in texts)
    assert any(text.startswith("自治会") for text in texts), "what a lookup fetches is there"


def test_a_picture_is_kept_for_ever_and_made_once(browser, world):
    address = release(world, "handover-notes", "1.0.0")
    picture = browser.read(address).select_one(".miniatures img")["src"]
    answer = browser.get(picture)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert browser.get(picture).data == answer.data


def test_names_of_strangers_are_only_words(browser, world):
    field = make_field("SINGLE_LINE_TEXT", "題名", label=HOSTILE)
    world.release(make_bundle({"request": make_app(HOSTILE, field)}))
    texts = drawn(browser, browser.read(PAGE).select_one(".miniatures img")["src"])
    assert HOSTILE[:8] in texts[0]


@pytest.mark.parametrize("rest", ["versions/1.0.0/apps/none/ja.svg", "versions/9.9.9/apps/{key}/ja.svg"])
def test_what_there_is_not_has_no_picture(browser, world, rest):
    world.release()
    key = browser.read(PAGE).select_one(".miniatures a")["href"].rsplit("/", 1)[-1]
    assert browser.get(f"{PAGE}/{rest.format(key=key)}").status_code == 404
    assert browser.get(f"{PAGE}/versions/1.0.0/apps/{key}/fr.svg").status_code == 404


def test_an_app_that_can_not_be_set_up_shows_the_columns_of_its_list(browser, world):
    many = [make_field("SINGLE_LINE_TEXT", f"列{number}") for number in range(501)]
    world.release(make_bundle({"request": make_app("大きな台帳", *many)}))
    texts = drawn(browser, browser.read(PAGE).select_one(".miniatures img")["src"])
    assert "列0" in texts


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_app_of_the_catalog_has_a_picture_with_records(browser, world):
    for folder in sorted(each for each in CATALOG.iterdir() if each.is_dir()):
        newest = max((each for each in folder.iterdir() if each.is_dir()), key=lambda each: each.name.split("."))
        address = release(world, folder.name, newest.name)
        for each in browser.read(address).select(".miniatures img"):
            assert len(drawn(browser, each["src"])) >= 8, each["src"]
