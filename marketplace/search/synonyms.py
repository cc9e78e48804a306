"""The reviewed words that mean the same in municipal work."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from marketplace.search.analysis import key

MAX_ALTERNATIVES = 8
"""Wordings tried for one word, itself included."""

Group = tuple[str, ...]


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Return the groups of synonyms.txt, each word in the form in which queries are compared."""
    text = files("marketplace.search").joinpath("synonyms.txt").read_text(encoding="utf-8")
    return tuple(read_groups(text))


def read_groups(text: str) -> list[Group]:
    """Read the lines `word = word = …`; a line that starts with # is a comment."""
    lines = [line.strip() for line in text.splitlines()]
    parsed = [
        tuple(dict.fromkeys(key(word) for word in line.split("="))) for line in lines if line[:1] not in {"", "#"}
    ]
    return [group for group in parsed if len(group) > 1]


def wordings(word: str) -> list[str]:
    """Return a normalised word and what else it may be called; a synonym inside a longer word is replaced there."""
    found = [word]
    for group in groups():
        named = max((synonym for synonym in group if synonym in word), key=len, default=None)
        if named is not None:
            found += [word.replace(named, synonym) for synonym in group if synonym != named]
    return list(dict.fromkeys(found))[:MAX_ALTERNATIVES]
