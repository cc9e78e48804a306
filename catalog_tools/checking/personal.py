"""Looks for personal data in the samples and the texts of a template: nothing in them may be of anybody real."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import marketplace.municipalities
from catalog_tools.checking.flaws import Flaw, fields_and_columns, samples_of
from marketplace.bundle.model import AppDefinition, Bundle
from marketplace.kernel.personal import (
    POSTAL,
    Suspect,
    is_corporate_number,
    is_example,
    is_example_postal_code,
    suspects_in,
)

MASTER = Path(marketplace.municipalities.__file__).parent / "data" / "municipalities.csv"
THIRTEEN = re.compile(r"(?<!\d)\d{13}(?!\d)")
MINE = ("マイナンバー", "個人番号", "mynumber", "my number")
ACCOUNT = ("口座番号", "クレジットカード")
SHORTEST = 3
PREFECTURE_ENDS = "県都府道"
WORDS = {
    Suspect.MAIL: "mail addresses end with example.jp",
    Suspect.PHONE: "telephone numbers are 000-0000-0000 or 090-0000-0000",
    Suspect.INDIVIDUAL_NUMBER: "this could be a マイナンバー",
}


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
    for kind, written in suspects_in(text):
        if not is_example(kind, written):
            yield f"{written}: {WORDS[kind]}"
    for code in POSTAL.findall(text):
        if not is_example_postal_code(code):
            yield f"{code}: postal codes are 000-0000"
    for number in THIRTEEN.findall(text):
        if is_corporate_number(number):
            yield f"{number}: this could be a 法人番号; use 0000000000000"
    for name in _places(text):
        yield f"{name} is a real place; use みほん市 and 見本町"


def _places(text: str) -> Iterator[str]:
    """Yield names of real cities, towns and villages that stand as words of their own."""
    for word in re.findall(r"[一-龥ぁ-んァ-ヶー々]+[市町村]", text):
        for start in range(len(word) - SHORTEST + 1):
            if word[start:] in _municipalities() and (start == 0 or word[start - 1] in PREFECTURE_ENDS):
                yield word[start:]


@cache
def _municipalities() -> frozenset[str]:
    with MASTER.open(encoding="utf-8") as file:
        return frozenset(row["name"] for row in csv.DictReader(file) if row["name"][-1] in "市町村")
