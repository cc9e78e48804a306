"""What a query asks for: words, each with the ways to say it, as lookups in the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.search.analysis import END, START, asked_terms, normalise, pairs, runs
from marketplace.search.readings import kana_of, words_read, words_read_from
from marketplace.search.services import Place
from marketplace.search.synonyms import wordings

MAX_QUERY = 400
"""Characters of a query that are looked at."""
MAX_WORDS = 8
MAX_WORD = 40
MAX_SYNONYMS = 12
MAX_PARTS = 12
"""Parts that a word is taken apart into."""
_ENDING = re.compile("^[ぁ-ゖー]{2}$")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a word: runs that must all occur in one place."""

    runs: tuple[str, ...]

    @property
    def key(self) -> str:
        """The wording in the form in which names are compared."""
        return " ".join(self.runs)

    def terms(self, place: Place, *, at_start: bool = False, whole: bool = False) -> tuple[str, ...]:
        """Return the terms of the index that a place holds if it holds the wording."""
        before, after = START if at_start or whole else "", END if whole else ""
        return tuple(term for run in self.runs for term in asked_terms(f"{before}{run}{after}", place.tag))


@dataclass(frozen=True, slots=True)
class Word:
    """What was typed, its synonyms, and its parts in case that nothing holds the whole."""

    typed: Wording
    synonyms: tuple[Wording, ...] = ()
    parts: tuple[Wording, ...] = ()


def read_query(text: str) -> list[Word]:
    """Return the words of a query; none if it holds no letter, digit or picture."""
    return _read_words(text, _read_word)


def read_unfinished(text: str) -> list[Word]:
    """Return the words of a query still being typed, where kana and Latin letters may begin what is meant."""
    return _read_words(text, _read_beginning)


def _read_words(text: str, read: Callable[[str], Word | None]) -> list[Word]:
    words: dict[str, Word] = {}
    for typed in unicodedata.normalize("NFKC", text[:MAX_QUERY]).split():
        word = read(typed[:MAX_WORD])
        if word is not None and len(words) < MAX_WORDS:
            words.setdefault(word.typed.key, word)
    return list(words.values())


def _read_word(typed: str) -> Word | None:
    parts = runs(normalise(typed))
    if not parts:
        return None
    first, *others = wordings(" ".join(parts))
    alternatives = dict.fromkeys([*others, *(wording for word in _read_as(first) for wording in wordings(word))])
    return Word(_wording(first), tuple(_wording(other) for other in [*alternatives][:MAX_SYNONYMS]), _parts(typed))


def _read_beginning(typed: str) -> Word | None:
    """Return a word with the kana that its letters give, the words whose readings begin so, and its synonyms."""
    parts = runs(normalise(typed))
    if not parts:
        return None
    first, *others = wordings(" ".join(parts))
    kana = kana_of(first)
    spelled = [kana] if kana else []
    read = [word for each in (first, *spelled) for word in words_read_from(each, MAX_SYNONYMS)]
    alternatives = [word for word in dict.fromkeys([*spelled, *read, *others]) if word != first]
    return Word(_wording(first), tuple(_wording(other) for other in alternatives[:MAX_SYNONYMS]))


def _read_as(typed: str) -> list[str]:
    """Return the words whose reading was typed, in kana or in Latin letters by somebody whose IME was off."""
    kana = kana_of(typed)
    return [*words_read(typed), *(words_read(kana) if kana else ())]


def _wording(key: str) -> Wording:
    return Wording(tuple(key.split(" ")))


def _parts(typed: str) -> tuple[Wording, ...]:
    """Take a word apart where its script changes (ワクチン|予約), or else into pairs of neighbours.

    Two hiragana on their own mostly are an ending or a particle: they only count when there is nothing else.
    """
    split = [run for piece in _by_script(typed) for run in runs(normalise(piece))]
    telling = [run for run in split if len(run) > 1 and not _ENDING.match(run)]
    if len(telling) <= 1:
        pieces = [pair for run in runs(normalise(typed)) for pair in pairs(run)]
        telling = [piece for piece in pieces if not _ENDING.match(piece)] or pieces
    return tuple(Wording((piece,)) for piece in dict.fromkeys(telling[:MAX_PARTS]))


def _by_script(typed: str) -> list[str]:
    pieces: list[str] = []
    last = ""
    for character in typed:
        script = _script(character, last)
        if script == last and pieces:
            pieces[-1] += character
        else:
            pieces.append(character)
        last = script
    return pieces


def _script(character: str, before: str) -> str:
    if character == "ー":
        return before
    return unicodedata.name(character, "").partition(" ")[0]
