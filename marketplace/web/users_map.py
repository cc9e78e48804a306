"""Who uses a template, counted by prefecture and by size: a map of tiles and two tables of the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.catalog.facets import SIZES
from marketplace.installs.queries import UsingMunicipality
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.prefectures import PREFECTURES, prefecture_text
from marketplace.web.diagrams.tiles import Tile, draw_tiles

PLACES: dict[str, tuple[float, float]] = {
    "北海道": (10, 0),
    "青森県": (10, 1.3),
    "秋田県": (9, 2.3),
    "岩手県": (10, 2.3),
    "山形県": (9, 3.3),
    "宮城県": (10, 3.3),
    "石川県": (7, 4.3),
    "富山県": (8, 4.3),
    "新潟県": (9, 4.3),
    "福島県": (10, 4.3),
    "福井県": (6, 5.3),
    "岐阜県": (7, 5.3),
    "長野県": (8, 5.3),
    "群馬県": (9, 5.3),
    "栃木県": (10, 5.3),
    "茨城県": (11, 5.3),
    "島根県": (2, 6.3),
    "鳥取県": (3, 6.3),
    "兵庫県": (4, 6.3),
    "京都府": (5, 6.3),
    "滋賀県": (6, 6.3),
    "愛知県": (7, 6.3),
    "静岡県": (8, 6.3),
    "山梨県": (9, 6.3),
    "埼玉県": (10, 6.3),
    "千葉県": (11, 6.3),
    "山口県": (1, 7.3),
    "広島県": (2, 7.3),
    "岡山県": (3, 7.3),
    "大阪府": (5, 7.3),
    "奈良県": (6, 7.3),
    "三重県": (7, 7.3),
    "神奈川県": (9, 7.3),
    "東京都": (10, 7.3),
    "和歌山県": (6, 8.3),
    "愛媛県": (3.4, 8.6),
    "香川県": (4.4, 8.6),
    "高知県": (3.4, 9.6),
    "徳島県": (4.4, 9.6),
    "佐賀県": (0, 8.6),
    "福岡県": (1, 8.6),
    "大分県": (2, 8.6),
    "長崎県": (0, 9.6),
    "熊本県": (1, 9.6),
    "宮崎県": (2, 9.6),
    "鹿児島県": (1, 10.6),
    "沖縄県": (0, 11.9),
}
"""Where each prefecture lies, in tiles from the left and the top; the islands a little apart."""
TITLE = Text("導入している団体の都道府県別の地図", "Map of the municipalities using it by prefecture")
COUNT = Text("{place}{count}団体", "{place} {count}")
MOST = Text(
    "{prefectures}都道府県の{count}団体。多い順に、{most}。すべての数は、下の表にあります。",
    "{count} municipalities in {prefectures} prefectures. Most: {most}. The tables below tell all numbers.",
)
TOLD_ALOUD = 5
"""How many prefectures the description names; the table has them all."""
NO_PREFECTURE = Text("都道府県の登録なし", "No prefecture")
NO_SIZE = Text("人口規模の登録なし", "Size not known")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many municipalities are alike in something."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class UsersMap:
    """Where the users of a template are, and how large they are."""

    drawing: Markup | None
    """None where no user is in one of the prefectures."""
    elsewhere: int
    """How many users have no place on the map."""
    by_prefecture: tuple[Counted, ...]
    by_size: tuple[Counted, ...]


def map_users(users: Sequence[UsingMunicipality], language: Language) -> UsersMap | None:
    """Return the map of those who use a template, or None where nobody does."""
    if not users:
        return None
    prefectures, sizes = Counter(user.prefecture for user in users), Counter(user.size_class for user in users)
    placed = {name: prefectures[name] for name in PREFECTURES if prefectures[name]}
    others = {name: count for name, count in prefectures.items() if name not in placed}
    by_size = [Counted(SIZES[size].in_language(language), sizes[size]) for size in SIZES if sizes[size]]
    if unknown := sum(count for size, count in sizes.items() if size not in SIZES):
        by_size.append(Counted(NO_SIZE.in_language(language), unknown))
    nowhere = NO_PREFECTURE.in_language(language)
    return UsersMap(
        drawing=_draw(placed, language) if placed else None,
        elsewhere=sum(others.values()),
        by_prefecture=tuple(
            Counted(prefecture_text(name).in_language(language) or nowhere, count)
            for name, count in {**placed, **others}.items()
        ),
        by_size=tuple(by_size),
    )


def _draw(counts: dict[str, int], language: Language) -> Markup:
    highest = sorted(counts, key=lambda name: -counts[name])[:TOLD_ALOUD]
    most = ("、" if language is Language.JA else ", ").join(
        COUNT.in_language(language, place=prefecture_text(name).in_language(language), count=counts[name])
        for name in highest
    )
    description = MOST.in_language(language, prefectures=len(counts), count=sum(counts.values()), most=most)
    tiles = [Tile(_short(name, language), *place, counts.get(name, 0)) for name, place in PLACES.items()]
    return draw_tiles("users-map", TITLE.in_language(language), description, tiles)


def _short(name: str, language: Language) -> str:
    """Return the name without 都, 府 or 県; 北海道 is called so."""
    if language is Language.EN:
        return prefecture_text(name).en
    return name if name == "北海道" else name[:-1]
