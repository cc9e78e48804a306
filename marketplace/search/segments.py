"""Takes apart a word that nothing holds as a whole: known words, what sounds like them, and what is left between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from marketplace.search.analysis import normalise, pairs, runs
from marketplace.search.readings import all_words, words_read
from marketplace.search.sounds import words_sounding_like
from marketplace.search.synonyms import Span, groups, is_particle, spans_of

MAX_SEGMENTS = 8
LONGEST = 14
"""Characters of the longest known word looked for inside another."""
SHORTEST_READING = 3
"""Kana of the shortest reading looked for inside typed kana; a shorter one would be there by chance."""
_KNOWN, _READ, _ALIKE, _UNKNOWN, _UNKNOWN_KANA, _AFFIX = 2, 3, 7, 6, 4, 1
"""What a known word, a known reading, a word that sounds like a known one, and an unknown character cost."""
_AFFIXES = frozenset("書者課員券料費係用等中化別集式表票簿法会証室班前後内外側日時分先元再要未非不無各全新旧")
"""Kanji before or after a word that change it but little."""
_KANA = re.compile("[ぁ-ゖー]+")
_WITH_KANA = re.compile("[ぁ-ゖー]")
_ENDING = re.compile("[ぁ-ゖー]{2}")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a word as typed, and words that it may stand for beside its synonyms."""

    text: str
    meant: tuple[str, ...] = ()
    is_known: bool = True


def segments_of(typed: str) -> list[Segment]:
    """Return what a word consists of: the known words in it, its other pieces by script, or pairs of neighbours.

    Kana and single kanji between known words are endings and particles and don't count, unless there is nothing else.
    """
    pieces = _pieces(typed)
    found = [part for piece in pieces for part in _cut(piece) if part.is_known or _tells(part.text)]
    if not found or ([part.text for part in found] == runs(normalise(typed)) and not found[0].meant):
        found = [Segment(part, is_known=False) for part in _remains(typed)]
    return list({part.text: part for part in found}.values())[:MAX_SEGMENTS]


def _tells(text: str) -> bool:
    return len(text) > 1 and not _KANA.fullmatch(text)


def _remains(typed: str) -> list[str]:
    """Return pairs of neighbours of a word of which nothing is known, kana among them only if there is nothing else."""
    found = [pair for run in runs(normalise(typed)) for pair in pairs(run)]
    without_kana = [pair for pair in found if not _WITH_KANA.search(pair)]
    kanji = [sign for run in runs(normalise(typed)) for sign in run if not _WITH_KANA.search(sign)]
    return without_kana or kanji or [pair for pair in found if not _ENDING.fullmatch(pair)] or found


def _cut(piece: Segment) -> Iterator[Segment]:
    """Cut what is not known into pairs, of which a slip of the pen spoils but some."""
    if piece.is_known or len(piece.text) <= SHORTEST_READING or piece.text.isascii():
        yield piece
    else:
        yield from (Segment(pair, is_known=False) for pair in pairs(piece.text))


def _pieces(typed: str) -> list[Segment]:
    """Return the cheapest way to read a word from left to right."""
    found = [piece for run in runs(normalise(typed)) for piece in _pieces_of_run(run, _scripts(run, typed))]
    return [_plain(found, place) for place in range(len(found))]


def _plain(pieces: list[Segment], place: int) -> Segment:
    """Return a piece, without what it sounds like if unknown kanji stand beside it: it is cut out of another word."""
    piece, beside = pieces[place], [*pieces[max(0, place - 1) : place], *pieces[place + 1 : place + 2]]
    if not piece.meant or _KANA.fullmatch(piece.text):
        return piece
    doubtful = any(not other.is_known and (_tells(other.text) or _is_stray(other.text)) for other in beside)
    return Segment(piece.text, is_known=False) if doubtful else piece


def _is_stray(text: str) -> bool:
    return len(text) == 1 and text not in _AFFIXES and not _KANA.fullmatch(text)


def _pieces_of_run(run: str, scripts: list[str]) -> list[Segment]:
    size = len(run)
    costs, steps = [0] * (size + 1), [size] * size
    choices: list[Segment | None] = [None] * size
    verbs = {span.start: span for span in spans_of(run) if span.is_stem}
    for start in range(size - 1, -1, -1):
        options: list[tuple[int, int, Segment | None]] = [
            (_cost_of(run[start], scripts[start]) + costs[start + 1], start + 1, None)
        ]
        options += [
            (cost + costs[end], end, segment)
            for cost, end, segment in _known_at(run, scripts, start, verbs.get(start))
            if end - start < size or segment.meant
        ]
        costs[start], steps[start], choices[start] = min(options, key=lambda option: (option[0], -option[1]))
    return list(_walk(run, scripts, steps, choices))


def _walk(run: str, scripts: list[str], steps: list[int], choices: list[Segment | None]) -> Iterator[Segment]:
    start, pending = 0, 0
    while start < len(run):
        choice, end = choices[start], steps[start]
        if choice is not None or (start > pending and scripts[start] != scripts[start - 1]):
            if start > pending:
                yield _unknown(run[pending:start], scripts[pending])
            pending = start
        if choice is not None:
            yield choice
            pending = end
        start = end
    if start > pending:
        yield _unknown(run[pending:start], scripts[pending])


def _unknown(text: str, script: str) -> Segment:
    """Return a piece of no known word; in katakana and Latin letters it is a word all the same."""
    return Segment(text, is_known=len(text) > 1 and script in {"KATAKANA", "LATIN"})


def _known_at(run: str, scripts: list[str], start: int, verb: Span | None) -> Iterator[tuple[int, int, Segment]]:
    if verb is not None:
        yield _KNOWN, verb.end, Segment(run[start : verb.end])
    for end in range(start + 1, min(len(run), start + LONGEST) + 1):
        text = run[start:end]
        if not _has_borders(run, scripts, start, end):
            continue
        if text in _vocabulary():
            yield _KNOWN, end, Segment(text)
        elif scripts[start] == "HIRAGANA" and len(text) >= SHORTEST_READING and (read := words_read(text)):
            yield _READ, end, Segment(text, read)
        elif end - start > 1 and (alike := words_sounding_like(text)):
            yield _ALIKE, end, Segment(text, alike)


def _has_borders(run: str, scripts: list[str], start: int, end: int) -> bool:
    """Tell whether a word may begin and end here: within kanji anywhere, else where the script changes."""
    if end - start == 1:
        return scripts[start] == "CJK" and scripts[start] not in {*scripts[start - 1 : start], *scripts[end : end + 1]}
    opens = scripts[start] in {"CJK", "HIRAGANA"} or start == 0 or scripts[start - 1] != scripts[start]
    closes = scripts[end - 1] in {"CJK", "HIRAGANA"} or end == len(run) or scripts[end] != scripts[end - 1]
    if _KANA.fullmatch(run[start:end]) and scripts[start] == "HIRAGANA" and end - start < SHORTEST_READING:
        opens = opens and (start == 0 or scripts[start - 1] != "HIRAGANA")
        closes = end == len(run) or scripts[end] != "HIRAGANA" or is_particle(run, end)
    return opens and closes


def _cost_of(sign: str, script: str) -> int:
    if sign in _AFFIXES:
        return _AFFIX
    return _UNKNOWN_KANA if script == "HIRAGANA" else _UNKNOWN


def _scripts(run: str, typed: str) -> list[str]:
    """Return the script of each character as typed: what is compared has no katakana any more."""
    flat = normalise(typed)
    place = flat.find(run)
    shown = typed[place : place + len(run)] if len(flat) == len(typed) else run
    found: list[str] = []
    for character in shown:
        script = unicodedata.name(character, "").partition(" ")[0]
        found.append(found[-1] if character == "ー" and found else script)
    return found


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    named = {word for group in groups() for word in (*group.words, *group.wider)}
    return frozenset(word for word in (*named, *all_words()) if " " not in word)
