"""Who uses a template, as a map and as tables."""

from __future__ import annotations

from itertools import combinations

from bs4 import BeautifulSoup

from marketplace.installs.queries import UsingMunicipality
from marketplace.kernel.text import Language
from marketplace.municipalities.prefectures import PREFECTURES
from marketplace.web.users_map import PLACES, map_users
from tests.fakes import FixedClock
from tests.web.factories import PAGE


def user(prefecture: str, size: str | None = "S4") -> UsingMunicipality:
    return UsingMunicipality("013030", "当別町", prefecture, size, FixedClock()())


def test_every_prefecture_has_a_place_of_its_own_on_the_map():
    assert set(PLACES) == set(PREFECTURES)
    for (x1, y1), (x2, y2) in combinations(PLACES.values(), 2):
        assert max(abs(x1 - x2), abs(y1 - y2)) > 0.99  # a tile wide


def test_users_are_counted_by_prefecture_and_by_size():
    users = [user("沖縄県", "S1"), *[user("北海道", "S2")] * 5, user("東京都", None), user("架空県", "P")]
    found = map_users(users, Language.JA)
    assert [(each.name, each.count) for each in found.by_prefecture] == [
        ("北海道", 5),
        ("東京都", 1),
        ("沖縄県", 1),
        ("架空県", 1),
    ]
    assert [each.name for each in found.by_size] == [
        "都道府県",
        "5千人未満",
        "5千〜1万人",
        "人口規模の登録なし",
    ]
    assert found.elsewhere == 1
    drawn = BeautifulSoup(str(found.drawing), "html.parser")
    assert [text.get_text() for text in drawn.select(".tile-count")] == ["5", "1", "1"]
    assert [len(drawn.select(f"rect.shade-{shade}")) for shade in range(5)] == [44, 2, 0, 1, 0]
    assert drawn.find("desc").get_text().startswith("3都道府県の7団体。多い順に、北海道5団体、東京都1団体、")


def test_who_has_no_place_on_the_map_stands_in_the_tables(browser, world):
    world.install()
    users = browser.read(PAGE).select_one("#users")
    assert users.find("svg") is None
    assert [row.get_text(" ", strip=True) for row in users.select("tbody tr")] == ["架空県 1", "3万〜5万人 1"]
