"""Marks in a text what was searched for, whatever way it is written there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from marketplace.search.analysis import normalise
from marketplace.search.phrases import Word

AROUND = 24
"""Characters shown on either side of the first hit in a long text."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is what was searched for."""

    text: str
    is_hit: bool


def mark(text: str, words: Sequence[Word]) -> tuple[Piece, ...]:
    """Return a text in pieces; together they are the text as it was written."""
    if not words:  # Most lists are asked for without any.
        return (Piece(text, is_hit=False),) if text else ()
    folded, origin = _folded(text)
    spans = _merged(sorted(_spans(folded, words)))
    pieces: list[Piece] = []
    end = 0
    for start, stop in spans:
        first, last = origin[start], origin[stop]
        if last <= end:
            continue
        pieces += [Piece(text[end : max(first, end)], is_hit=False), Piece(text[max(first, end) : last], is_hit=True)]
        end = last
    return tuple(piece for piece in [*pieces, Piece(text[end:], is_hit=False)] if piece.text)


def snippet(texts: Sequence[str], words: Sequence[Word]) -> tuple[Piece, ...]:
    """Return the first of the texts that holds a word, marked and cut to what stands around it; empty if none does."""
    sought = _runs(words)
    # Looking through all texts at once takes a fifth of the time of one after the other; no run holds the separator.
    folded = "\n".join(map(_run_together, texts))
    start = 0
    while (found := _first(folded, sought, start)) >= 0:
        pieces = mark(texts[folded.count("\n", 0, found)], words)
        if any(piece.is_hit for piece in pieces):
            return _cut(pieces)
        start = folded.find("\n", found) + 1 or len(folded)
    return ()


def _first(folded: str, sought: Sequence[str], start: int) -> int:
    """Return where the first of the runs stands, or -1."""
    return min((place for run in sought if (place := folded.find(run, start)) >= 0), default=-1)


def holds(text: str, word: Word) -> bool:
    """Tell whether a text holds a word, in any of its wordings."""
    folded = _run_together(text)
    return any(run in folded for run in _runs([word]))


def _runs(words: Sequence[Word]) -> list[str]:
    return [run for word in words for wording in (word.typed, *word.synonyms) for run in wording.runs]


@lru_cache(maxsize=10_000)
def _run_together(text: str) -> str:
    """Return a text as the index knows it, without spaces; most texts are labels that many templates have."""
    return normalise(text).replace(" ", "")


_fold = lru_cache(maxsize=10_000)(normalise)
"""For single characters with their marks."""


def _cut(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    first = next(place for place, piece in enumerate(pieces) if piece.is_hit)
    before = "".join(piece.text for piece in pieces[:first])
    after = "".join(piece.text for piece in pieces[first + 1 :])
    around = (
        Piece(("…" if len(before) > AROUND else "") + before[-AROUND:], is_hit=False),
        pieces[first],
        Piece(after[:AROUND] + ("…" if len(after) > AROUND else ""), is_hit=False),
    )
    return tuple(piece for piece in around if piece.text)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text as the index knows it, and for each of its characters where it stands in the text as written."""
    folded: list[str] = []
    origin: list[int] = []
    start = 0
    for end in [*_boundaries(text), len(text)]:
        part = _fold(text[start:end])
        folded.append(part)
        origin += [start] * len(part)
        start = end
    return "".join(folded), [*origin, len(text)]


def _boundaries(text: str) -> Iterator[int]:
    """Yield where a new character begins; a mark (ﾞ) belongs to the character before it."""
    for place in range(1, len(text)):
        if not (unicodedata.category(text[place]) in {"Mn", "Mc"} or text[place] in "ﾞﾟ"):
            yield place


def _spans(folded: str, words: Sequence[Word]) -> Iterator[Span]:
    for run in _runs(words):
        start = folded.find(run)
        while start >= 0:
            yield start, start + len(run)
            start = folded.find(run, start + len(run))


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, stop in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
