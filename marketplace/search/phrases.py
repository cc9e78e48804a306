"""What a query asks for, as phrases of runs; each back end writes it in its own syntax."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketplace.search.analysis import normalise, pairs, runs
from marketplace.search.synonyms import wordings

MAX_QUERY = 400
"""Characters of a query that are looked at."""
MAX_WORDS = 8
MAX_WORD = 40
MAX_PIECES = 24
_ENDING = re.compile("(?<![ぁ-ゖー])[ぁ-ゖー]{2}(?![ぁ-ゖー])")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a word: runs that must all occur; `key` is the form in which titles are compared."""

    runs: tuple[str, ...]

    @property
    def key(self) -> str:
        """The runs as they stand in a title's key."""
        return " ".join(self.runs)


@dataclass(frozen=True, slots=True)
class Word:
    """What was typed, and its synonyms; any of them will do."""

    typed: Wording
    synonyms: tuple[Wording, ...]

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All ways to say the word, what was typed first."""
        return (self.typed, *self.synonyms)


def read_query(text: str) -> list[Word]:
    """Return the words of a query, all of which must occur; none if it holds no letter, digit or picture."""
    words: dict[str, Word] = {}
    for typed in normalise(text[:MAX_QUERY]).split(" "):
        word = _read_word(typed[:MAX_WORD])
        if word is not None and len(words) < MAX_WORDS:
            words.setdefault(word.typed.key, word)
    return list(words.values())


def loosen(words: list[Word]) -> list[Word]:
    """Return the pairs of neighbours of a query as words of their own, for when no entry holds all its words.

    Two hiragana on their own mostly are an ending or a particle: they only count when there is nothing else.
    """
    parts = [run for word in words for run in word.typed.runs]
    found = dict.fromkeys(piece for run in parts for piece in pairs(run) or [run])
    endings = {ending for run in parts for ending in _ENDING.findall(run)}
    telling = [piece for piece in found if piece not in endings] or list(found)
    return [Word(Wording((piece,)), ()) for piece in telling[:MAX_PIECES]]


def _read_word(typed: str) -> Word | None:
    parts = runs(typed)
    if not parts:
        return None
    first, *others = wordings(" ".join(parts))
    return Word(_wording(first), tuple(_wording(other) for other in others))


def _wording(key: str) -> Wording:
    return Wording(tuple(key.split(" ")))
