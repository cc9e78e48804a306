"""Looks for personal data in the samples and the texts of a template: nothing in them may be of anybody real."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import marketplace.municipalities
from catalog_tools.checking.flaws import Flaw, fields_and_columns, samples_of
from marketplace.bundle.model import AppDefinition, Bundle

MASTER = Path(marketplace.municipalities.__file__).parent / "data" / "municipalities.csv"
MAIL = re.compile(r"[\w.+-]+@([\w.-]+)")
PHONE = re.compile(r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])")
POSTAL = re.compile(r"(?<![\d-])\d{3}-\d{4}(?![\d-])")
TWELVE = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)")
THIRTEEN = re.compile(r"(?<!\d)\d{13}(?!\d)")
MINE = ("マイナンバー", "個人番号", "mynumber", "my number")
ACCOUNT = ("口座番号", "クレジットカード")
WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
SHORTEST = 3
PREFECTURE_ENDS = "県都府道"


def personal_flaws(bundle: Bundle) -> Iterator[Flaw]:
    """Yield what looks like data of somebody real, and fields that may never be there."""
    for app in bundle.apps:
        for code, field in fields_and_columns(app).items():
            named = f"{code} {field.get('label', '')}".lower()
            if any(word in named for word in (*MINE, *ACCOUNT)) and field["type"] not in {"CHECK_BOX", "GROUP"}:
                yield Flaw(f"“{code}”: no field takes a マイナンバー, an account or a card", app.key, "fields", code)
        for words in sorted(set(_found(_text_of(app)))):
            yield Flaw(words, app.key, "records")
    for name in ("README.md", "README.en.md", "CHANGELOG.md"):
        for words in sorted(set(_found(bundle.documents.get(name, "")))):
            yield Flaw(words, part=name)


def _text_of(app: AppDefinition) -> str:
    return json.dumps(
        [samples_of(app), [field.get("defaultValue") for field in app.fields.values()]], ensure_ascii=False
    )


def _found(text: str) -> Iterator[str]:
    for pattern, is_allowed, words in SUSPECTS:
        yield from (f"{found}: {words}" for found in pattern.findall(text) if not is_allowed(found))
    for name in _places(text):
        yield f"{name} is a real place; use みほん市 and 見本町"


def _places(text: str) -> Iterator[str]:
    """Yield names of real cities, towns and villages that stand as words of their own."""
    for word in re.findall(r"[一-龥ぁ-んァ-ヶー々]+[市町村]", text):
        for start in range(len(word) - SHORTEST + 1):
            if word[start:] in _municipalities() and (start == 0 or word[start - 1] in PREFECTURE_ENDS):
                yield word[start:]


def _is_individual_number(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def _is_corporate_number(digits: str) -> bool:
    total = sum(int(digit) * (1 if at % 2 == 0 else 2) for at, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


@cache
def _municipalities() -> frozenset[str]:
    with MASTER.open(encoding="utf-8") as file:
        return frozenset(row["name"] for row in csv.DictReader(file) if row["name"][-1] in "市町村")


SUSPECTS: tuple[tuple[re.Pattern[str], Callable[[str], bool], str], ...] = (
    (MAIL, lambda host: host.endswith("example.jp"), "mail addresses end with example.jp"),
    (PHONE, lambda number: "0000" in number, "telephone numbers are 000-0000-0000 or 090-0000-0000"),
    (POSTAL, lambda number: number == "000-0000", "postal codes are 000-0000"),
    (TWELVE, lambda number: not _is_individual_number(re.sub(r"\D", "", number)), "this could be a マイナンバー"),
    (THIRTEEN, lambda number: not _is_corporate_number(number), "this could be a 法人番号; use 0000000000000"),
)
"""What may be of somebody real, unless it is plainly fictitious."""
