"""Differences between the attributes of one field, weighed by what they do to records that exist."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from marketplace.bundle.differences.change import Act, Change, Impact, Subject, arrow
from marketplace.bundle.model import JsonObject
from marketplace.kernel.text import Text

HANDLED_ELSEWHERE = frozenset({"type", "code", "fields", "options"})
NAMES: dict[str, Text] = {
    "label": Text("項目名", "label"),
    "noLabel": Text("項目名の表示", "label shown"),
    "required": Text("必須", "required"),
    "unique": Text("値の重複の禁止", "unique"),
    "minLength": Text("最小文字数", "least characters"),
    "maxLength": Text("最大文字数", "most characters"),
    "minValue": Text("最小値", "least value"),
    "maxValue": Text("最大値", "greatest value"),
    "defaultValue": Text("初期値", "default"),
    "defaultNowValue": Text("初期値を現在の日時にする設定", "default is now"),
    "expression": Text("計算式", "formula"),
    "hideExpression": Text("計算式の表示", "formula shown"),
    "format": Text("表示形式", "format"),
    "digit": Text("桁区切り", "thousands separator"),
    "displayScale": Text("小数点以下の桁数", "decimal places"),
    "unit": Text("単位", "unit"),
    "unitPosition": Text("単位の位置", "position of the unit"),
    "align": Text("並び方", "alignment"),
    "thumbnailSize": Text("サムネイルの大きさ", "thumbnail size"),
    "protocol": Text("リンクの種類", "kind of link"),
    "entities": Text("選択できる範囲", "who can be chosen"),
    "lookup": Text("ルックアップの設定", "lookup"),
    "referenceTable": Text("関連レコード一覧の設定", "related records"),
    "openGroup": Text("グループの開閉", "group opened"),
}
COSMETIC = frozenset(
    {
        *("label", "noLabel", "hideExpression", "digit", "displayScale", "unit", "unitPosition", "align"),
        *("thumbnailSize", "openGroup"),
    },
)
RESTRICTING = frozenset({"required", "unique"})
UPPER_LIMITS = frozenset({"maxLength", "maxValue"})
LOWER_LIMITS = frozenset({"minLength", "minValue"})
SHOWN_VALUES = UPPER_LIMITS | LOWER_LIMITS | {"label", "unit", "displayScale", "expression"}
SHOWN_CHARACTERS = 60


def compare_attributes(subject: Subject, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield a change for each attribute that differs; a missing one counts as empty or switched off."""
    for name in sorted({*old, *new} - HANDLED_ELSEWHERE):
        before, after = old.get(name), new.get(name)
        if before == after or (not before and not after):
            continue
        yield subject.change(
            _impact(name, before, after), Act.CHANGED, before, after, detail=_detail(name, before, after)
        )


def _detail(name: str, before: Any, after: Any) -> Text:
    called = NAMES.get(name, Text(name, name))
    if isinstance(before or after, bool):
        return Text(f"{called.ja}：{'オン' if after else 'オフ'}", f"{called.en}: {'on' if after else 'off'}")
    if name not in SHOWN_VALUES:
        return called
    values = arrow(_short(before), _short(after))
    return Text(f"{called.ja}：{values.ja}", f"{called.en}: {values.en}")


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _impact(name: str, before: Any, after: Any) -> Impact:
    if name in COSMETIC:
        return Impact.COSMETIC
    narrows = (
        (name in RESTRICTING and bool(after))
        or (name in UPPER_LIMITS and _narrows(before, after, sign=1))
        or (name in LOWER_LIMITS and _narrows(before, after, sign=-1))
        or (name == "lookup" and _joins_differently(before, after))
    )
    return Impact.BREAKING if narrows else Impact.ADDITIVE


def _narrows(before: Any, after: Any, *, sign: int) -> bool:
    if after in (None, ""):
        return False
    return before in (None, "") or Decimal(after) * sign < Decimal(before) * sign


def _joins_differently(before: JsonObject | None, after: JsonObject | None) -> bool:
    if not before or not after:
        return True
    return any(before.get(key) != after.get(key) for key in ("relatedApp", "relatedKeyField"))


def compare_options(subject: Subject, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield options added and removed, and a new order of those that stayed."""
    before, after = _ordered(old), _ordered(new)
    for act, impact, options, others in (
        (Act.REMOVED, Impact.BREAKING, before, after),
        (Act.ADDED, Impact.ADDITIVE, after, before),
    ):
        for option in options:
            if option not in others:
                called = Text(f"{subject.called.ja}の選択肢「{option}」", f"option “{option}” of {subject.called.en}")
                of_option = Subject("option", subject.name, called, subject.app)
                was, now = (option, None) if act is Act.REMOVED else (None, option)
                yield of_option.change(impact, act, was, now)
    kept_before = [option for option in before if option in after]
    kept_after = [option for option in after if option in before]
    if kept_before != kept_after:
        called = Text(f"{subject.called.ja}の選択肢の並び", f"order of the options of {subject.called.en}")
        reordered = Subject("option", subject.name, called, subject.app)
        yield reordered.change(Impact.COSMETIC, Act.CHANGED, kept_before, kept_after)


def _ordered(definition: JsonObject) -> list[str]:
    options = definition.get("options", {})
    return sorted(options, key=lambda label: int(options[label]["index"]))
