"""What a query asks for: words, each with the ways to say it, as lookups in the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.search.analysis import END, START, asked_terms, normalise, runs
from marketplace.search.readings import kana_of, words_read, words_read_from
from marketplace.search.segments import Segment, segments_of
from marketplace.search.services import Place
from marketplace.search.synonyms import wordings

MAX_QUERY = 400
"""Characters of a query that are looked at."""
MAX_WORDS = 8
MAX_WORD = 40
MAX_SYNONYMS = 12
MAX_PART_SYNONYMS = 6
_ENDINGS = re.compile("[ぁ-ゖー ]")
_NOISE = re.compile(
    "てんぷれ(ーと)?|したい|やりたい|使いたい|知りたい|作りたい|ほしい|欲しい|について|に関する|に関して|に対する|の|"
    "方法|やり方|どう(やって|する|したら)?|なにか|何か|こと|もの|いい|良い|おすすめ|できる|できない|困(る|った|っている)|"
    "お願い(します)?|ください|下さい|です|ます|ため|とき|など|用"
)
"""Words that say that something is wanted, not what: left out if others remain."""


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
    parts: tuple[Word, ...] = ()
    coverage: float = 1.0
    """The share of the word that its parts make up, endings and particles left out."""


def read_query(text: str) -> list[Word]:
    """Return the words of a query; none if it holds no letter, digit or picture."""
    return _read_words(text, _read_word)


def read_unfinished(text: str) -> list[Word]:
    """Return the words of a query still being typed, where kana and Latin letters may begin what is meant."""
    return _read_words(text, _read_beginning)


def _read_words(text: str, read: Callable[[str], Word | None]) -> list[Word]:
    words: dict[str, Word] = {}
    written = unicodedata.normalize("NFKC", text[:MAX_QUERY]).split()
    telling = [typed for typed in written if not _NOISE.fullmatch(normalise(typed[:MAX_WORD]))]
    for typed in telling or written:
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
    synonyms = tuple(_wording(other) for other in [*alternatives][:MAX_SYNONYMS])
    pieces = _parts(typed, kana_of(first))
    return Word(_wording(first), synonyms, pieces, _coverage(first, pieces))


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


def _parts(typed: str, spelled: str | None) -> tuple[Word, ...]:
    """Return the words that a word consists of; what was typed with the IME off, by its kana."""
    return tuple(_part(segment) for segment in segments_of(spelled or typed))


def _part(segment: Segment) -> Word:
    meant = [wording for word in (segment.text, *segment.meant) for wording in wordings(word)]
    others = [word for word in dict.fromkeys(meant) if word != segment.text]
    return Word(_wording(segment.text), tuple(_wording(other) for other in others[:MAX_PART_SYNONYMS]))


def _coverage(typed: str, parts: Sequence[Word]) -> float:
    whole, covered = (len(_ENDINGS.sub("", "".join(keys))) for keys in (typed, [part.typed.key for part in parts]))
    return min(1.0, covered / whole) if whole and covered else 1.0
