"""Turns the bytes of texts and JSON into values; what is not plain UTF-8 or not strict JSON gets a finding."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from typing import Any

from marketplace.bundle import limits
from marketplace.bundle.model import SEVERITY_ERROR, Finding, JsonObject
from marketplace.kernel.text import Text

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8（BOM付き）", "UTF-8 with a byte order mark"),
    (b"\xff\xfe\x00\x00", "UTF-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32", "UTF-32"),
    (b"\xff\xfe", "UTF-16", "UTF-16"),
    (b"\xfe\xff", "UTF-16", "UTF-16"),
)
SAVE_AS_UTF8 = Text(
    "UTF-8で保存し直してください（BOMなし）。",
    "Save the file again as UTF-8 without a byte order mark.",
)
NOT_BRACKET = re.compile(r"[^\[\]{}]+")
SURROGATE = re.compile("[\ud800-\udfff]")


class DecodingError(Exception):
    """Inside the reader: a file can't be decoded, with the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding."""
        super().__init__(finding.code)
        self.finding = finding


class _StrictError(ValueError):
    """Python's json accepts it; the bundle doesn't."""

    def __init__(self, code: str, title: Text, remedy: Text) -> None:
        super().__init__(code)
        self.code, self.title, self.remedy = code, title, remedy


def decode_text(data: bytes, file: str) -> str:
    """Return a text in its canonical form: NFC, line feeds only, one at the end. Raises DecodingError."""
    text = _decode(data, file).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise DecodingError(_binary(file))
    return unicodedata.normalize("NFC", text).rstrip("\n") + "\n"


def decode_json(data: bytes, file: str) -> JsonObject:
    """Return the object in a JSON file. Raises DecodingError."""
    text = _decode(data, file)
    try:
        _check_size(text)
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_integer,
        )
        if "\\u" in text:  # No string gets such a character but by its number: UTF-8 and JSON refuse it otherwise.
            _check_characters(value)
    except _StrictError as error:
        raise DecodingError(Finding(SEVERITY_ERROR, error.code, file, "", error.title, error.remedy)) from error
    except json.JSONDecodeError as error:
        raise DecodingError(_malformed(file, error)) from error
    if not isinstance(value, dict):
        title = Text("ファイル全体が { } で囲まれていません。", "The file is not a JSON object.")
        remedy = Text("docs/bundle.md の形に直してください。", "Give it the shape that docs/bundle.md shows.")
        raise DecodingError(Finding(SEVERITY_ERROR, "json-not-object", file, "", title, remedy))
    return value


def _decode(data: bytes, file: str) -> str:
    for mark, ja, en in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            raise DecodingError(_encoding("encoding-bom", file, ja, en))
    if b"\0" in data[:4]:
        raise DecodingError(_encoding("encoding-utf16", file, "UTF-16またはUTF-32", "UTF-16 or UTF-32"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DecodingError(_encoding("encoding-not-utf8", file, *_guess(data))) from error


def _guess(data: bytes) -> tuple[str, str]:
    candidates = (("iso2022_jp", "JIS"), ("cp932", "Shift_JIS（CP932）"), ("euc_jp", "EUC-JP"))
    for codec, name in candidates:
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        return name, name.replace("（", " (").replace("）", ")")
    return "不明な文字コード", "an unknown encoding"


def _encoding(code: str, file: str, ja: str, en: str) -> Finding:
    title = Text(
        f"文字コードがUTF-8ではありません（{ja}のようです）。",
        f"The file is not plain UTF-8 (it looks like {en}).",
    )
    return Finding(SEVERITY_ERROR, code, file, "", title, SAVE_AS_UTF8)


def _binary(file: str) -> Finding:
    title = Text("文章ではないデータが含まれています。", "The file holds data that is not text.")
    return Finding(SEVERITY_ERROR, "text-binary", file, "", title, SAVE_AS_UTF8)


def _malformed(file: str, error: json.JSONDecodeError) -> Finding:
    title = Text(
        f"JSONとして読めません（{error.lineno}行目{error.colno}文字目）。",
        f"This is not JSON (line {error.lineno}, column {error.colno}).",
    )
    remedy = Text(
        "その付近のカンマ、引用符、かっこの過不足を確かめてください。",
        "Look there for a comma, quotation mark or bracket that is missing or too many.",
    )
    return Finding(SEVERITY_ERROR, "json-malformed", file, "", title, remedy)


def _check_size(text: str) -> None:
    """Refuse before parsing what would take long or recurse deeply; costs one pass over the text."""
    bare = _without_strings(text)
    opened, closed = bare.count("[") + bare.count("{"), bare.count("]") + bare.count("}")
    if max(bare.count(",") + opened, closed) > limits.JSON_VALUES:
        raise _StrictError(
            "json-too-many-values",
            Text("JSONの値が多すぎます。", "The JSON holds too many values."),
            Text(
                f"値は{limits.JSON_VALUES:,}個以内にしてください。",
                f"Keep it within {limits.JSON_VALUES:,} values.",
            ),
        )
    depth = 0
    for bracket in NOT_BRACKET.sub("", bare):
        depth += 1 if bracket in "[{" else -1
        if depth > limits.JSON_NESTING:
            raise _StrictError(
                "json-too-deep",
                Text("JSONの入れ子が深すぎます。", "The JSON is nested too deeply."),
                Text(
                    f"入れ子は{limits.JSON_NESTING}段以内にしてください。",
                    f"Keep it within {limits.JSON_NESTING} levels.",
                ),
            )


def _without_strings(text: str) -> str:
    """Return JSON without what stands in quotation marks; of what is no JSON, at least what comes before the error."""
    unescaped = text.replace("\\\\", "").replace('\\"', "")
    return "".join(unescaped.split('"')[::2])


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)[:50]
        raise _StrictError(
            "json-duplicate-key",
            Text(f"同じキー「{twice}」が2回書かれています。", f"The key “{twice}” appears twice in one object."),
            Text("どちらか一方を取り除いてください。", "Remove one of the two."),
        )
    return made


def _constant(name: str) -> None:
    raise _StrictError(
        "json-number",
        Text(f"「{name}」はJSONの数値ではありません。", f"“{name}” is not a JSON number."),
        Text("数値か空文字列にしてください。", "Use a number or an empty string."),
    )


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        _constant(digits[:30])
    return number


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > limits.JSON_INTEGER_DIGITS:
        _constant(digits[:30])
    return int(digits)


def _check_characters(value: Any) -> None:
    """Refuse strings no database and no encoder can keep: NUL and halves of surrogate pairs."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += item.keys()
            pending += item.values()
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, str) and ("\0" in item or SURROGATE.search(item)):
            raise _StrictError(
                "json-character",
                Text(
                    "保存できない文字（\\u0000など）が含まれています。", "A string holds a character such as \\u0000."
                ),
                Text("その文字を取り除いてください。", "Remove that character."),
            )
