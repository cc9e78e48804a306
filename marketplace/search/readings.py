"""How the words of municipal work are read, and kana out of what was typed with the IME off or left half-way."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from heapq import nsmallest
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

from marketplace.search.analysis import key, normalise

MIN_PREFIX = 3
"""Kana that must have been typed before words are offered that begin with them."""
MAX_TYPED = 100
"""Characters of a typed word that are looked at as romaji; a longer one is none."""
NEAR = 5
"""Readings looked at that are one slip away."""
MAX_SPELLING = 4
"""Letters of the longest spelling of a syllable (xtsu)."""

_ROWS = """
    - あいうえお  k かきくけこ  s さしすせそ  t たちつてと  n なにぬねの  h はひふへほ  m まみむめも  r らりるれろ
    g がぎぐげご  z ざじずぜぞ  d だぢづでど  b ばびぶべぼ  p ぱぴぷぺぽ  x ぁぃぅぇぉ
"""
_WITH_Y = "ky き  sy し  ty ち  ny に  hy ひ  my み  ry り  gy ぎ  zy じ  jy じ  dy ぢ  by び  py ぴ  cy ち"
_WITH_SMALL_VOWEL = "f ふ  v ゔ  w う  th て  dh で"
_OTHERS = """
    ya や  yu ゆ  yo よ  wa わ  wo を  shi し  chi ち  ji じ  tsu つ  fu ふ  vu ゔ  twu とぅ  dwu どぅ
    sha しゃ  shu しゅ  she しぇ  sho しょ  cha ちゃ  chu ちゅ  che ちぇ  cho ちょ  ja じゃ  ju じゅ  je じぇ  jo じょ
    xya ゃ  xyu ゅ  xyo ょ  xtu っ  xtsu っ  xn ん  n' ん
"""
_TYPED = re.compile(r"(|.*[ぁ-ゖー])([a-z][a-z'-]*)", re.DOTALL)
_DOUBLED = re.compile(r"([bcdfghjkmpqrstvwxyz])\1|tch")
_N_BEFORE_LIP = re.compile("m[bmp]")
_N_ENDS = re.compile("nn(?![aiueoy])|n(?![aiueoyn])")
_TWO_WAYS = re.compile("nn(?=[aiueoy])")

Reading = tuple[str, str]
"""A reading in hiragana and a word that is read so, both normalised."""


def words_read(kana: str) -> tuple[str, ...]:
    """Return the words with exactly this reading, in the form in which texts are compared."""
    asked = key(kana)
    return tuple(word for reading, word in _beginning_with(asked) if reading == asked)


def words_read_from(prefix: str, limit: int) -> tuple[str, ...]:
    """Return up to `limit` words whose reading begins so, the shortest first; none for a prefix of one or two kana."""
    asked = key(prefix)
    if len(asked) < MIN_PREFIX:
        return ()
    shortest: dict[str, int] = {}
    for reading, word in _beginning_with(asked):
        shortest[word] = min(len(reading), shortest.get(word, len(reading)))
    return tuple(nsmallest(max(limit, 0), shortest, key=lambda word: (shortest[word], len(word), word)))


def words_nearly_read(kana: str) -> tuple[str, ...]:
    """Return the words whose reading differs from what was typed by one slip."""
    asked = key(kana)
    near = process.extract(asked, _all_kana(), scorer=OSA.distance, score_cutoff=1, limit=NEAR)
    return tuple(dict.fromkeys(word for reading, _distance, _place in near for word in words_read(reading)))


def kana_of(typed: str) -> str | None:
    """Return what the keys of a word give with the IME on: hojokin is ほじょきん; None if the word isn't romaji.

    Consonants at the end are a syllable not typed to its end and left out, after kana as well: ほじょk is ほじょ.
    An English word may be possible romaji (kintone): use the result only where it finds something.
    """
    found = _TYPED.fullmatch(normalise(typed[:MAX_TYPED].replace("’", "'"))) if len(typed) <= MAX_TYPED else None
    if found is None:
        return None
    head, keys = found.groups()
    if head:
        spelled = _spell("" if keys == "n" else keys)
        return None if spelled is None else head + spelled
    return _best_spelling(keys)


def _best_spelling(keys: str) -> str | None:
    """Read annai as あんない, and zennin as ぜんいん, as an IME does, where only that begins a word."""
    spelled = _spell(keys)
    if spelled and _TWO_WAYS.search(keys) and not _beginning_with(spelled):
        as_typed = _spell(_TWO_WAYS.sub("n'", keys))
        return as_typed if as_typed and _beginning_with(as_typed) else spelled
    return spelled or None


def _spell(keys: str) -> str | None:
    """Return the kana of some keys without the unfinished syllable at the end; None if something else remains."""
    spelled, position = "", 0
    while position < len(keys):
        kana, used = _next_kana(keys, position)
        if not used:
            return spelled if keys[position:] in _beginnings() else None
        spelled, position = spelled + kana, position + used
    return spelled


def _next_kana(keys: str, position: int) -> tuple[str, int]:
    """Return the kana at a position and how many keys it took, 0 if there is none."""
    for size in range(MAX_SPELLING, 0, -1):
        kana = _syllables().get(keys[position : position + size])
        if kana is not None:
            return kana, min(size, len(keys) - position)
    if ends := _N_ENDS.match(keys, position):
        return "ん", len(ends[0])
    if _N_BEFORE_LIP.match(keys, position) or _TWO_WAYS.match(keys, position):
        return "ん", 1
    return ("っ", 1) if _DOUBLED.match(keys, position) else ("", 0)


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    table = {
        consonant.strip("-") + vowel: row[at] for consonant, row in _pairs(_ROWS) for at, vowel in enumerate("aiueo")
    }
    table |= _with_small(_WITH_Y, "aiueo", "ゃぃゅぇょ") | _with_small(_WITH_SMALL_VOWEL, "aieo", "ぁぃぇぉ")
    return table | dict(_pairs(_OTHERS)) | {"-": "ー"}


def _with_small(starts: str, vowels: str, small: str) -> dict[str, str]:
    return {
        start + vowel: kana + ending
        for start, kana in _pairs(starts)
        for vowel, ending in zip(vowels, small, strict=True)
    }


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return frozenset(spelling[:size] for spelling in _syllables() for size in range(1, len(spelling)))


def _pairs(table: str) -> list[tuple[str, str]]:
    cells = table.split()
    return list(zip(cells[::2], cells[1::2], strict=True))


@lru_cache(maxsize=1)
def all_words() -> frozenset[str]:
    """Return the words whose readings are known."""
    return frozenset(word for _reading, word in _readings())


@lru_cache(maxsize=1)
def _all_kana() -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading for reading, _word in _readings()))


def _beginning_with(prefix: str) -> tuple[Reading, ...]:
    if not prefix:
        return ()
    known = _readings()
    return known[bisect_left(known, (prefix,)) : bisect_left(known, (prefix + "\U0010ffff",))]


@lru_cache(maxsize=1)
def _readings() -> tuple[Reading, ...]:
    """Return the lines of readings.txt, ordered by their readings."""
    text = files("marketplace.search").joinpath("readings.txt").read_text(encoding="utf-8")
    return tuple(sorted(set(read_readings(text))))


def read_readings(text: str) -> list[Reading]:
    """Read the lines `word reading`; a line that starts with # is a comment."""
    lines = [line.split() for line in text.splitlines() if line[:1] not in {"", "#"}]
    return [(key(reading), key(word)) for word, reading in lines]
