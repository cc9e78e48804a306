"""もしかして: what was probably meant where a word of the query is nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz.distance import OSA
from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.search.analysis import runs_of
from marketplace.search.matching import WordMatch
from marketplace.search.models import IndexedEntry
from marketplace.search.readings import words_nearly_read
from marketplace.search.services import Place

LOOKED_AT = 30
"""Entries whose names and keywords are compared: those that hold most parts of the word."""
SHORTEST, LONG = 3, 6
"""Characters of a word that may hold one slip, or two; a shorter one is near too many others."""


def did_you_mean(ctx: Context, words: Sequence[WordMatch]) -> str | None:
    """Return the query with the words that are nowhere replaced by their nearest; None if none is near."""
    corrected = [_nearest(ctx, word) if word.is_nowhere else None for word in words]
    if not any(corrected):
        return None
    return " ".join(other or word.word.typed.key for word, other in zip(words, corrected, strict=True))


def _nearest(ctx: Context, match: WordMatch) -> str | None:
    typed = match.word.typed.key
    if len(typed) < SHORTEST:
        return None
    read = words_nearly_read(typed)
    return read[0] if read else _nearest_written(typed, _windows(_names(ctx, match), len(typed)))


def _nearest_written(typed: str, candidates: Sequence[str]) -> str | None:
    allowed = 1 + (len(typed) >= LONG)
    near = [(OSA.distance(typed, other, score_cutoff=allowed), place) for place, other in enumerate(candidates)]
    distance, place = min(near, default=(allowed + 1, 0))
    return candidates[place] if distance <= allowed else None


def _names(ctx: Context, match: WordMatch) -> list[str]:
    """Return the runs of titles and keywords of the entries that hold most parts of the word."""
    best = np.argsort(-match.points[match.numbers], kind="stable")[:LOOKED_AT]
    chosen = [int(number) for number in match.numbers[best]]
    stored = select(IndexedEntry.texts).where(IndexedEntry.number.in_(chosen)).order_by(IndexedEntry.number)
    named = (Place.TITLE.value, Place.KEYWORD.value)
    texts = (text for entry in ctx.session.scalars(stored) for place in named for text in entry.get(place, ()))
    return [run for text in texts for run in runs_of(text)]


def _windows(names: Iterable[str], length: int) -> list[str]:
    """Return the names and their pieces of nearly this length, each once, whole names and beginnings first."""
    pieces: list[str] = []
    for name in names:
        if len(name) <= length + 1:
            pieces.append(name)
            continue
        for size in (length, length + 1, length - 1):
            pieces.extend(name[start : start + size] for start in range(len(name) - size + 1))
    return list(dict.fromkeys(pieces))
