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
_STEM = "〜"
"""Ends a word of the file that may have any ending: 借り〜 is 借りる, 借りたい and 借りて."""
_ENDINGS = re.compile(
    "(?:たい|たく|たが|たら|ない|なく|なか|なっ|なら|ませ|まし|ます|ほし|ください|ている|てる|よう|られ|"
    "[たてでだるれらりろさせしすいきくけこんちっつえうめみまねべ](?![ぁ-ゖー]{4}))*"
)
_KANJI_PAIR = re.compile("[一-鿿]{2}")
_ONE_KIND = tuple(re.compile(kind) for kind in (f"[{_KANA}]", "[a-z]", "[0-9]"))


@dataclass(frozen=True, slots=True)
class Group:
    """Words that mean the same, and wider words which they find as well but which don't find them."""

    words: tuple[str, ...]
    wider: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()
    """Those of the words that stand for all their forms."""

    def others(self, named: str) -> list[str]:
        """Return what else a word of the group may be called, wider words last."""
        return [word for word in (*self.words, *self.wider) if word != named]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a word with synonyms stands in a longer word; a stem reaches to the end of its ending."""

    start: int
    end: int
    named: str
    is_stem: bool


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
    for span in spans_of(word):
        group = _group_of()[span.named]
        inflected = word[span.start : span.end] != span.named
        for other in [*[span.named] * inflected, *group.others(span.named)]:
            (same if other in group.words else wider).append(word[: span.start] + other + word[span.end :])
    return list(dict.fromkeys(same + wider))[:MAX_ALTERNATIVES]


@lru_cache(maxsize=20_000)
def canonical(text: str) -> str:
    """Return the runs of a text without spaces, each word in it that has synonyms replaced by the first of them."""
    return "".join(map(_canonical_run, key(text).split()))


@lru_cache(maxsize=20_000)
def _canonical_run(run: str) -> str:
    written, done = "", 0
    for span in sorted(spans_of(run), key=lambda span: span.start):
        written += run[done : span.start] + _group_of()[span.named].words[0].replace(" ", "")
        done = span.end
    return written + run[done:]


def _read_group(line: str) -> Group:
    same, _, wider = line.partition(">")
    stems = [word for word in same.split("=") if word.strip().endswith(_STEM)]
    return Group(_read_words(same), _read_words(wider), frozenset(map(key, stems)))


def _read_words(part: str) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(key(word) for word in part.split("=")) if word)


@lru_cache(maxsize=1)
def _group_of() -> dict[str, Group]:
    return {word: group for group in groups() for word in group.words}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _group_of()))


def spans_of(word: str) -> list[Span]:
    """Return where synonyms stand in a normalised word, the longest first, none over another."""
    size = len(word)
    spans = [
        span
        for start in range(size)
        for end in range(start + 1, min(size, start + _longest()) + 1)
        if (span := _span(word, start, end)) is not None
    ]
    spans.sort(key=lambda span: (-len(span.named), span.start))
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept


def _span(word: str, start: int, end: int) -> Span | None:
    named = word[start:end]
    group = _group_of().get(named)
    if group is None:
        return None
    if named in group.stems:
        if _run_on(word[start - 1 : start], named[0]) or _KANJI_PAIR.match(word[max(0, start - 1) : start + 1]):
            return None
        ending = _ENDINGS.match(word, end)
        return Span(start, ending.end() if ending else end, named, is_stem=True)
    return Span(start, end, named, is_stem=False) if _stands_alone(word, start, end) else None


def _stands_alone(word: str, start: int, end: int) -> bool:
    """Tell whether a part of a word can be a word of its own: くま in くまもと and ai in mail are not."""
    if end - start == len(word):
        return True
    if end - start < MIN_PART:
        return False
    before, after = word[start - 1 : start], word[end : end + 1]
    return not _run_on(before, word[start]) and (not _run_on(word[end - 1], after) or is_particle(word, end))


def _run_on(left: str, right: str) -> bool:
    return any(kind.match(left) and kind.match(right) for kind in _ONE_KIND)


def is_particle(word: str, end: int) -> bool:
    """Tell whether a particle stands at a place of a word."""
    return _PARTICLE.match(word, end) is not None
