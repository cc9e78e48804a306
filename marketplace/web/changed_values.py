"""What stood before a change and what stands after it, short enough to be read side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marketplace.kernel.text import Language, Text

LONGEST_VALUE = 300
MOST_LINES = 8
"""Places of one setting that are told; a whole setting may hold hundreds."""
NOTHING = Text("（なし）", "(none)")
MORE = Text("ほか{count}か所", "and {count} more")
PLACE = Text("{place}：{value}", "{place}: {value}")
ON_AND_OFF = {True: Text("オン", "On"), False: Text("オフ", "Off")}

PARTS: dict[str, Text] = {
    "ja": Text("日本語", "Japanese"),
    "en": Text("英語", "English"),
    "name": Text("名前", "name"),
    "label": Text("項目名", "label"),
    "title": Text("タイトル", "title"),
    "index": Text("並び順", "position"),
    "fields": Text("項目", "fields"),
    "sort": Text("並べ替え", "order"),
    "sorts": Text("並べ替え", "order"),
    "filterCond": Text("条件", "condition"),
    "date": Text("日付の項目", "date field"),
    "chartType": Text("グラフの種類", "chart"),
    "groups": Text("分類する項目", "groups"),
    "aggregations": Text("集計方法", "totals"),
    "entity": Text("対象", "whom"),
    "code": Text("コード", "code"),
    "type": Text("種類", "type"),
    "rights": Text("設定", "rights"),
    "entities": Text("対象", "whom"),
    "from": Text("変更前のステータス", "from"),
    "to": Text("変更後のステータス", "to"),
    "assignee": Text("作業者", "assignee"),
    "enable": Text("使用", "in use"),
    "enabled": Text("使用", "in use"),
    "viewable": Text("閲覧", "may read"),
    "editable": Text("編集", "may edit"),
    "deletable": Text("削除", "may delete"),
    "accessibility": Text("見える範囲", "access"),
    "includeSubs": Text("下位組織を含む", "with those below"),
    "mappings": Text("コピーする項目", "copied fields"),
}
"""Words for the parts that settings commonly have; others are called as kintone calls them."""


@dataclass(frozen=True, slots=True)
class Values:
    """The lines before and after; both empty where the sentence about the change says it all."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def show_values(before: object, after: object, language: Language) -> Values:
    """Return both sides; of settings with parts only the parts that differ."""
    if _is_told(before) and _is_told(after):
        is_empty = before is None and after is None
        return Values() if is_empty else Values((_value(before, language),), (_value(after, language),))
    if isinstance(before, dict | list) and isinstance(after, dict | list):
        return _differing(dict(_leaves(before, language)), dict(_leaves(after, language)), language)
    return Values()


def _differing(old: dict[str, object], new: dict[str, object], language: Language) -> Values:
    places = [place for place in {**old, **new} if old.get(place) != new.get(place)]
    told, left = places[:MOST_LINES], len(places) - MOST_LINES
    more = (MORE.in_language(language, count=left),) if left > 0 else ()
    return Values((*_lines(told, old, language), *more), (*_lines(told, new, language), *more)) if told else Values()


def _lines(places: list[str], found: dict[str, object], language: Language) -> tuple[str, ...]:
    lines = tuple(
        PLACE.in_language(language, place=place, value=_value(found[place], language))
        for place in places
        if place in found
    )
    return lines or (NOTHING.in_language(language),)


def _leaves(value: object, language: Language, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield each plain value with the way to it; lists of words count as one value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            called = PARTS[key].in_language(language) if key in PARTS else str(key)
            yield from _leaves(inner, language, f"{place} › {called}" if place else called)
    elif isinstance(value, list) and not _is_words(value):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, language, f"{place} {number}".strip())
    else:
        yield place, value


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_told(value: object) -> bool:
    return value is None or isinstance(value, str | int | float) or _is_words(value)


def _value(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return ON_AND_OFF[value].in_language(language)
    if isinstance(value, list):
        value = "、".join(map(str, value))
    if value is None or value == "":
        return NOTHING.in_language(language)
    written = str(value)
    return written if len(written) <= LONGEST_VALUE else written[:LONGEST_VALUE] + "…"
