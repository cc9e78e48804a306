"""How many templates each further choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.filters import Dimension
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality

MAX_VALUES = 50
"""Choices offered along one dimension, the commonest first."""
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


def describe_facets(ctx: Context, counts: Mapping[str, Mapping[str, int]]) -> Facets:
    """Name and order what was counted: known values in their order, others by their number; one query at most."""
    found: dict[str, tuple[FacetValue, ...]] = {}
    for dimension in Dimension:
        counted = counts.get(dimension.value, {})
        if dimension in FIXED:
            labels = FIXED[dimension]
            known = [value for value in labels if value in counted]
            found[dimension.value] = tuple(FacetValue(value, labels[value], counted[value]) for value in known)
        else:
            found[dimension.value] = _commonest(counted, _names(ctx, dimension, counted))
    return found


def _commonest(counted: Mapping[str, int], name: Callable[[str], Text]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(value, name(value), counted[value]) for value in _first(counted))


def _first(counted: Mapping[str, int]) -> list[str]:
    return sorted(counted, key=lambda value: (-counted[value], value))[:MAX_VALUES]


def _names(ctx: Context, dimension: Dimension, counted: Mapping[str, int]) -> Callable[[str], Text]:
    if dimension is not Dimension.PUBLISHER or not counted:
        return lambda value: Text(value, value)
    publishers = ctx.session.scalars(select(Municipality).where(Municipality.code.in_(_first(counted))))
    names = {publisher.code: publisher.full_name for publisher in publishers}
    return lambda code: Text(names.get(code, code), names.get(code, code))
