"""How many templates each further choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, select

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.filters import Dimension
from marketplace.catalog.inputs import is_plain
from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality, full_name
from marketplace.municipalities.prefectures import prefecture_text

MAX_VALUES = 50
"""Choices offered along one dimension, the commonest first, beside those that are chosen already."""
Counts = Mapping[str, int]
_publisher = Municipality.__table__.c
_NAMES = select(_publisher.code, _publisher.name, _publisher.prefecture).where(
    _publisher.code.in_(bindparam("codes", expanding=True))
)
YES_AND_NO: dict[Dimension, tuple[Text, Text]] = {
    Dimension.PERSONAL_DATA: (
        Text("個人情報を扱わない", "No personal data"),
        Text("個人情報を扱う", "Handles personal data"),
    ),
    Dimension.PROCESS: (
        Text("プロセス管理なし", "Without a process"),
        Text("プロセス管理あり", "With a process"),
    ),
    Dimension.LGWAN: (
        Text("プラグインやJavaScriptを使う", "Uses plug-ins or JavaScript"),
        Text("LGWANでも使える（追加の部品なし）", "Works on closed networks (nothing added)"),
    ),
    Dimension.PLUGIN_FREE: (Text("プラグインが必要", "Needs plug-ins"), Text("プラグイン不要", "No plug-ins")),
    Dimension.SCRIPT_FREE: (Text("JavaScriptあり", "With JavaScript"), Text("JavaScriptなし", "No JavaScript")),
}
APPS: dict[str, Text] = {
    "1": Text("1個", "1"),
    "2-3": Text("2〜3個", "2 to 3"),
    "4-": Text("4個以上", "4 or more"),
}
SIZES: dict[str, Text] = {
    "P": Text("都道府県", "Prefectures"),
    "S1": Text("5千人未満", "Under 5,000"),
    "S2": Text("5千〜1万人", "5,000 to 10,000"),
    "S3": Text("1万〜3万人", "10,000 to 30,000"),
    "S4": Text("3万〜5万人", "30,000 to 50,000"),
    "S5": Text("5万〜10万人", "50,000 to 100,000"),
    "S6": Text("10万〜20万人", "100,000 to 200,000"),
    "S7": Text("20万〜50万人", "200,000 to 500,000"),
    "S8": Text("50万人以上", "500,000 and more"),
}
KINDS: dict[str, Text] = {"set": Text("セット", "Sets"), "single": Text("単体", "Single templates")}
SPOKEN: dict[str, Text] = {"ja": Text("日本語", "Japanese"), "en": Text("英語", "English")}
FIXED: dict[Dimension, dict[str, Text]] = {
    Dimension.CATEGORY: {category.id: category.name for category in CATEGORIES.values()},
    Dimension.APPS: APPS,
    Dimension.SIZE_CLASS: SIZES,
    Dimension.SPOKEN: SPOKEN,
    Dimension.KIND: KINDS,
} | {dimension: {"false": no, "true": yes} for dimension, (no, yes) in YES_AND_NO.items()}
"""Dimensions whose values are known beforehand, in their order."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice; `value` is what the filter takes for it ("true" and "false" for yes and no)."""

    value: str
    label: Text
    count: int


Facets = Mapping[str, tuple[FacetValue, ...]]
"""The choices along each dimension, counted under the filters of all the other dimensions."""


def describe_facets(ctx: Context, counts: Mapping[str, Counts], chosen: Mapping[str, Sequence[str]]) -> Facets:
    """Name and order what was counted or is chosen: known values in their order, others by their number.

    One query at most.
    """
    found: dict[str, tuple[FacetValue, ...]] = {}
    for dimension in Dimension:
        counted, kept = counts.get(dimension.value, {}), chosen.get(dimension.value, ())
        if dimension in FIXED:
            found[dimension.value] = known_values(FIXED[dimension], counted, kept)
        else:
            name = NAMERS.get(dimension, _as_it_is)
            if dimension is Dimension.PUBLISHER:
                name = _named_publishers(ctx, counted, kept)
            found[dimension.value] = commonest_values(counted, kept, name)
    return found


def known_values(labels: Mapping[str, Text], counted: Counts, chosen: Sequence[str] = ()) -> tuple[FacetValue, ...]:
    """Return the values that were counted or are chosen in the order of their labels."""
    shown = [value for value in labels if value in counted or value in chosen]
    return tuple(FacetValue(value, labels[value], counted.get(value, 0)) for value in shown)


@lru_cache(maxsize=5_000)
def _as_it_is(value: str) -> Text:
    return Text(value, value)


NAMERS: Mapping[Dimension, Callable[[str], Text]] = {Dimension.PREFECTURE: prefecture_text}


def commonest_values(
    counted: Counts, chosen: Sequence[str] = (), name: Callable[[str], Text] = _as_it_is
) -> tuple[FacetValue, ...]:
    """Return the values that were counted, the commonest first, and the chosen ones that leave nothing."""
    return tuple(FacetValue(value, name(value), counted.get(value, 0)) for value in _first(counted, chosen))


def _first(counted: Counts, chosen: Sequence[str]) -> list[str]:
    commonest = sorted(counted, key=lambda value: (-counted[value], value))[:MAX_VALUES]
    return list(dict.fromkeys((*commonest, *filter(is_plain, chosen))))


def _named_publishers(ctx: Context, counted: Counts, chosen: Sequence[str]) -> Callable[[str], Text]:
    codes = _first(counted, chosen)
    if not codes:
        return _as_it_is
    rows = read_rows(ctx.session, _NAMES, {"codes": codes}).all()
    names = {code: full_name(name, prefecture) for code, name, prefecture in rows}
    return lambda code: _as_it_is(names.get(code, code))
