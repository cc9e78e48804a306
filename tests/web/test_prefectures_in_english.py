"""English pages name the prefectures in English."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import marketplace.municipalities
from marketplace.municipalities.prefectures import ENGLISH, PREFECTURES, prefecture_text
from tests.municipalities.factories import MIHON, make_municipality
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER

MASTER = Path(marketplace.municipalities.__file__).parent / "data" / "municipalities.csv"


def test_every_prefecture_of_the_list_has_an_english_name_of_its_own():
    with MASTER.open(encoding="utf-8") as lines:
        listed = list(dict.fromkeys(row["prefecture"] for row in csv.DictReader(lines) if row["prefecture"]))
    assert tuple(listed) == PREFECTURES
    assert len(set(ENGLISH.values())) == len(PREFECTURES) == 47
    assert all(name.isascii() and name.istitle() for name in ENGLISH.values())
    assert prefecture_text("月面県").en == "月面県"


@pytest.fixture
def ibaraki(session):
    make_municipality(session, PUBLISHER, name="下妻市", prefecture="茨城県")
    session.commit()


def test_pages_facets_and_the_map_speak_english(ibaraki, world, browser):
    world.install()
    world.index_municipalities()
    world.tell()
    page = browser.read(f"{PAGE}?lang=en")
    assert "下妻市, Ibaraki" in words(page)
    assert "Kaku (invented)" in words(page.select_one("#users"))
    assert "架空県" not in words(page)
    for path in (
        "/templates",
        "/municipalities",
        "/stories",
        f"/municipalities/{PUBLISHER}",
        f"/municipalities/{MIHON}",
    ):
        said = words(browser.read(f"{path}?lang=en"))
        assert "茨城県" not in said, path
        assert "架空県" not in said, path
    assert "茨城県下妻市" in words(browser.read(f"{PAGE}?lang=ja"))
