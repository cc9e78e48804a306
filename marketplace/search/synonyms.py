"""The reviewed words that mean the same in municipal work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from marketplace.search.analysis import key

MAX_ALTERNATIVES = 8
"""Wordings tried for one word, itself included."""
MIN_PART = 2
"""Characters of a synonym that is replaced inside a longer word; a shorter one must be the whole word."""
_KANA = "ぁ-ゖー"
_PARTICLE = re.compile(rf"[のをにはがとへでもや](?![{_KANA}])")
_ONE_KIND = tuple(re.compile(kind) for kind in (f"[{_KANA}]", "[a-z]", "[0-9]"))


@dataclass(frozen=True, slots=True)
class Group:
    """Words that mean the same, and wider words which they find as well but which don't find them."""

    words: tuple[str, ...]
    wider: tuple[str, ...] = ()

    def others(self, named: str) -> list[str]:
        """Return what else a word of the group may be called, wider words last."""
        return [word for word in (*self.words, *self.wider) if word != named]


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Return the groups of synonyms.txt, each word in the form in which queries are compared."""
    text = files("marketplace.search").joinpath("synonyms.txt").read_text(encoding="utf-8")
    return tuple(read_groups(text))


def read_groups(text: str) -> list[Group]:
    """Read the lines `word = word > wider = wider`; a line that starts with # is a comment."""
    lines = [line.strip() for line in text.splitlines()]
    parsed = [_read_group(line) for line in lines if line[:1] not in {"", "#"}]
    return [group for group in parsed if len(group.words) + len(group.wider) > 1]


def wordings(word: str) -> list[str]:
    """Return a normalised word and what else it may be called, words that mean the same before wider ones.

    A synonym inside a longer word is replaced there, unless a longer synonym holds it: 電子申請 isn't 電子届出.
    """
    same = [word]
    wider: list[str] = []
    for start, end in _named(word):
        group = _group_of()[word[start:end]]
        for other in group.others(word[start:end]):
            (same if other in group.words else wider).append(word[:start] + other + word[end:])
    return list(dict.fromkeys(same + wider))[:MAX_ALTERNATIVES]


def _read_group(line: str) -> Group:
    same, _, wider = line.partition(">")
    return Group(_read_words(same), _read_words(wider))


def _read_words(part: str) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(key(word) for word in part.split("=")) if word)


@lru_cache(maxsize=1)
def _group_of() -> dict[str, Group]:
    return {word: group for group in groups() for word in group.words}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _group_of()))


def _named(word: str) -> list[tuple[int, int]]:
    """Return where synonyms stand in a word, the longest first, none over another."""
    known, size = _group_of(), len(word)
    spans = [
        (start, end)
        for start in range(size)
        for end in range(start + 1, min(size, start + _longest()) + 1)
        if word[start:end] in known and _stands_alone(word, start, end)
    ]
    spans.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if all(end <= first or last <= start for first, last in kept):
            kept.append((start, end))
    return kept


def _stands_alone(word: str, start: int, end: int) -> bool:
    """Tell whether a part of a word can be a word of its own: くま in くまもと and ai in mail are not."""
    if end - start == len(word):
        return True
    if end - start < MIN_PART:
        return False
    before, after = word[start - 1 : start], word[end : end + 1]
    return not _run_on(before, word[start]) and (not _run_on(word[end - 1], after) or _ends_before_particle(word, end))


def _run_on(left: str, right: str) -> bool:
    return any(kind.match(left) and kind.match(right) for kind in _ONE_KIND)


def _ends_before_particle(word: str, end: int) -> bool:
    return _PARTICLE.match(word, end) is not None
