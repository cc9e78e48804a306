"""Words for what a JSON Schema validator objects to, by keyword."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.kernel.text import Text

Explanation = tuple[str, Text, Text]
SHOWN_CHARACTERS = 60
TYPES = {
    "string": Text("文字列", "a string"),
    "number": Text("数値", "a number"),
    "integer": Text("整数", "an integer"),
    "boolean": Text("trueまたはfalse", "true or false"),
    "object": Text("オブジェクト（{ }）", "an object ({ })"),
    "array": Text("配列（[ ]）", "an array ([ ])"),
    "null": Text("null", "null"),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """What the validator objects to: the keyword, what it wants, and the value it got."""

    keyword: str
    wanted: Any
    value: Any
    name: str
    """The last step of the value's place: a key, or a position."""
    known: frozenset[str]
    """The keys the object may have."""
    message: str


def explain(error: Violation) -> Explanation:
    """Return the code, the title and the remedy for one error of the validator."""
    return KEYWORDS.get(error.keyword, _not_allowed)(error)


def _shown(value: Any) -> str:
    """Return a value as short JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _type(error: Violation) -> Explanation:
    wanted = error.wanted if isinstance(error.wanted, list) else [error.wanted]
    ja = "または".join(TYPES[name].ja for name in wanted)
    en = " or ".join(TYPES[name].en for name in wanted)
    return (
        "schema-type",
        Text(f"値の種類が違います（{ja}が必要です）。", f"The value has the wrong type; {en} is needed."),
        Text(f"{ja}に直してください。", f"Change it to {en}."),
    )


def _required(error: Violation) -> Explanation:
    missing = [name for name in error.wanted if name not in error.value]
    # The validator reports each missing key on its own, quoted at the start of its message.
    name = next((name for name in missing if error.message.startswith(repr(name))), missing[0])
    return (
        "schema-required",
        Text(f"必要な項目「{name}」がありません。", f"The required key “{name}” is missing."),
        Text(f"「{name}」を加えてください。", f"Add “{name}”."),
    )


def _unknown_key(error: Violation) -> Explanation:
    extra = "、".join(_shown(key) for key in error.value if key not in error.known)
    return (
        "schema-unknown-key",
        Text(
            f"使えない項目があります（{_shown(extra)}）。",
            f"There are keys this object does not take ({_shown(extra)}).",
        ),
        Text(
            "つづりを確かめるか、取り除いてください。",
            "Check the spelling, or remove them.",
        ),
    )


def _choice(error: Violation) -> Explanation:
    wanted = error.wanted if isinstance(error.wanted, list) else [error.wanted]
    listed = _join(wanted)
    return (
        "schema-choice",
        Text(
            f"「{_shown(error.value)}」は使えない値です。",
            f"“{_shown(error.value)}” is not one of the allowed values.",
        ),
        Text(f"次のいずれかにしてください：{listed.ja}", f"Use one of: {listed.en}"),
    )


def _join(values: list[Any]) -> Text:
    words = [_shown(value) for value in values]
    return Text("、".join(words), ", ".join(words))


def _pattern(error: Violation) -> Explanation:
    remedy = PATTERNS.get(error.name, PATTERN_OTHER)
    return (
        "schema-pattern",
        Text(
            f"「{_shown(error.value)}」は書き方が正しくありません。",
            f"“{_shown(error.value)}” is not written correctly.",
        ),
        remedy,
    )


PATTERN_OTHER = Text("docs/bundle.mdに示した書き方に直してください。", "Write it as docs/bundle.md shows.")
PATTERN_KEY = Text(
    "半角の英小文字と数字を「-」でつないで書いてください（例：subsidy-grant）。",
    "Use lower-case letters and digits joined by hyphens, e.g. subsidy-grant.",
)
PATTERN_NUMBER = Text('半角の数値を文字列で書いてください（空欄は""）。', 'Write a number as a string, or "" for none.')
PATTERNS = {
    "slug": PATTERN_KEY,
    "key": PATTERN_KEY,
    "version": Text(
        "1.0.0のような版番号（SemVer 2.0.0）にしてください。", "Use a version number such as 1.0.0 (SemVer 2.0.0)."
    ),
    "license": Text(
        "SPDXのライセンス名（例：CC-BY-4.0）にしてください。", "Use an SPDX licence identifier such as CC-BY-4.0."
    ),
    "icon": Text("images/の中のsvgまたはpngを指定してください。", "Name an svg or png under images/."),
    "file": Text("images/の中の画像を指定してください。", "Name a picture under images/."),
    "path": Text(
        "files/で始まる、アプリの中のファイルを指定してください。", "Name a file of the app that starts with files/."
    ),
    **dict.fromkeys(
        ("minLength", "maxLength", "minValue", "maxValue", "displayScale", "width", "height", "innerHeight", "index"),
        PATTERN_NUMBER,
    ),
}


def _too_long(error: Violation) -> Explanation:
    limit = error.wanted
    return (
        "schema-too-long",
        Text(
            f"文字数が多すぎます（{len(error.value)}文字）。",
            f"The text is too long ({len(error.value)} characters).",
        ),
        Text(f"{limit}文字以内にしてください。", f"Keep it within {limit} characters."),
    )


def _too_short(error: Violation) -> Explanation:
    if error.value == "":
        title = Text("値が空です。", "The value is empty.")
    else:
        title = Text("文字数が足りません。", "The text is too short.")
    least = error.wanted
    return "schema-too-short", title, Text(f"{least}文字以上を入力してください。", f"Use at least {least} characters.")


def _too_many(error: Violation) -> Explanation:
    limit = error.wanted
    return (
        "schema-too-many",
        Text(f"数が多すぎます（{len(error.value)}個）。", f"There are too many ({len(error.value)})."),
        Text(f"{limit}個以内にしてください。", f"Keep it within {limit}."),
    )


def _too_few(error: Violation) -> Explanation:
    least = error.wanted
    return (
        "schema-too-few",
        Text("数が足りません。", "There are too few."),
        Text(f"{least}個以上にしてください。", f"Give at least {least}."),
    )


def _range(error: Violation) -> Explanation:
    limit = error.wanted
    least = error.keyword == "minimum"
    remedy = Text(
        f"{limit}以上にしてください。" if least else f"{limit}以下にしてください。",
        f"Use {limit} or more." if least else f"Use {limit} or less.",
    )
    title = Text(
        f"数値が範囲の外です（{_shown(error.value)}）。", f"The number is out of range ({_shown(error.value)})."
    )
    return "schema-range", title, remedy


def _repeated(_error: Violation) -> Explanation:
    return (
        "schema-repeated",
        Text("同じ値が重なっています。", "The same value appears more than once."),
        Text("重なった値を取り除いてください。", "Remove the repetition."),
    )


def _bad_name(error: Violation) -> Explanation:
    return (
        "schema-name",
        Text(f"名前「{_shown(error.value)}」は使えません。", f"The name “{_shown(error.value)}” can't be used."),
        Text("空でない、長すぎない名前にしてください。", "Use a name that is neither empty nor too long."),
    )


def _not_allowed(error: Violation) -> Explanation:
    return (
        "schema-not-allowed",
        Text(f"「{error.name}」はここには書けません。", f"“{error.name}” has no place here."),
        Text(
            "IDやリビジョンなど、元のkintoneだけで意味を持つ値は取り除いてください。",
            "Remove it: values such as ids and revisions only mean something in the kintone they came from.",
        ),
    )


KEYWORDS: dict[str, Callable[[Violation], Explanation]] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _unknown_key,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    "maxLength": _too_long,
    "minLength": _too_short,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "minItems": _too_few,
    "minProperties": _too_few,
    "minimum": _range,
    "maximum": _range,
    "uniqueItems": _repeated,
    "propertyNames": _bad_name,
}
