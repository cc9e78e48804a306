"""What a template is compared with others by: its words, its fields, and where in a municipality it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple

from marketplace.bundle.model import Bundle
from marketplace.search.analysis import START, pairs
from marketplace.search.synonyms import canonical
from marketplace.search.traits import MOST


class TraitKind(Enum):
    """The kinds of traits, by the letter that marks them, and what one counts for at the same rarity."""

    NAME = "n", 3
    KEYWORD = "k", 8
    CATEGORY = "c", 2
    DEPARTMENT = "d", 2
    FIELD = "f", 4
    WORD = "w", 1

    @property
    def letter(self) -> str:
        """The first letter of each trait of this kind."""
        return self.value[0]

    @property
    def weight(self) -> int:
        """What a trait counts for, beside its rarity."""
        return self.value[1]


class Trait(NamedTuple):
    """One trait: as it is compared, and as its author wrote it; a bundle has hundreds, and tuples are made quicker."""

    kind: TraitKind
    term: str
    shown: str


MAX_LETTERS = 60
"""Of a label or keyword; what is longer is the same if it begins the same."""
_READING = re.compile(r"[ぁ-ゖー]+")
_TYPES = {
    "text": ("SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "RICH_TEXT", "LINK"),
    "number": ("NUMBER", "CALC"),
    "choice": ("DROP_DOWN", "RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT"),
    "time": ("DATE", "DATETIME", "TIME"),
    "file": ("FILE",),
    "people": ("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"),
    "table": ("SUBTABLE",),
}
_GROUP_OF_TYPE = {kind: group for group, kinds in _TYPES.items() for kind in kinds}
"""Types that hold the same kind of answer; fields that hold none (labels, spaces, groups) and kintone's own are left
out."""


def traits_of(bundle: Bundle) -> tuple[Trait, ...]:
    """Return the traits of a bundle, each once, the most telling kinds first."""
    manifest = bundle.manifest
    words = [manifest.name.ja, *manifest.keywords, *(app.name for app in bundle.apps)]
    found = [
        *_pairs(TraitKind.NAME, [manifest.name.ja]),
        # Keywords in kana give readings of others, for searching.
        *_each(TraitKind.KEYWORD, (word for word in manifest.keywords if not _READING.fullmatch(word))),
        *_each(TraitKind.CATEGORY, [manifest.category]),
        *_each(TraitKind.DEPARTMENT, manifest.departments),
        *(trait for app in bundle.apps for trait in _traits_of_fields(app.fields)),
        *_pairs(TraitKind.WORD, words),
    ]
    first = {trait.term: trait for trait in reversed(found)}
    return tuple(islice((trait for trait in found if first[trait.term] is trait), MOST))


def mass_of(traits: Iterable[Trait]) -> int:
    """Return how much there is to share: a template with many traits shares some with everybody."""
    return sum(trait.kind.weight for trait in traits)


def _each(kind: TraitKind, words: Iterable[str], end: str = "") -> Iterator[Trait]:
    letter = kind.letter
    for word in words:
        written = canonical(word)[:MAX_LETTERS]
        if written:
            yield Trait(kind, f"{letter}{written}{end}", word)


def _pairs(kind: TraitKind, words: Iterable[str]) -> Iterator[Trait]:
    """Yield the pairs of neighbouring characters: words are not told apart, so that 道路損傷 is near 道路占用."""
    letter = kind.letter
    for word in words:
        for pair in pairs(canonical(word)):
            yield Trait(kind, f"{letter}{pair}", pair)


def _traits_of_fields(properties: Mapping[str, Any]) -> Iterator[Trait]:
    for code, field in properties.items():
        group = _GROUP_OF_TYPE.get(str(field.get("type")))
        label = str(field.get("label") or code)
        if group is not None:
            yield from _each(TraitKind.FIELD, [label], f"{START}{group}")
        columns = field.get("fields")
        if isinstance(columns, dict):
            yield from _traits_of_fields(columns)
