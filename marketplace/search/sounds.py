"""What a word written with the wrong kanji sounds like: 補育 is read as 保育 is."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from itertools import islice, product

from marketplace.search.readings import words_read

LONGEST = 4
"""Kanji of the longest word that is read kanji by kanji."""
MAX_READINGS = 48
"""Ways to read one word that are looked at; 生 alone has many."""
MAX_ALIKE = 6


@lru_cache(maxsize=5_000)
def words_sounding_like(written: str) -> tuple[str, ...]:
    """Return known words of as many characters that may be read as these kanji may; none if one is no known kanji."""
    if not 1 < len(written) <= LONGEST:
        return ()
    readings = [_readings_of().get(kanji, ()) for kanji in written]
    ways = islice(product(*readings), MAX_READINGS)
    found = (word for way in ways for word in words_read("".join(way)))
    alike = dict.fromkeys(word for word in found if len(word) == len(written) and word != written)
    return tuple(islice(alike, MAX_ALIKE))


@lru_cache(maxsize=1)
def _readings_of() -> dict[str, tuple[str, ...]]:
    text = files("marketplace.search").joinpath("sounds.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for reading, many in read_sounds(text):
        for kanji in many:
            found.setdefault(kanji, []).append(reading)
    return {kanji: tuple(readings) for kanji, readings in found.items()}


def read_sounds(text: str) -> list[tuple[str, str]]:
    """Read the lines `reading kanji`; a line that starts with # is a comment."""
    lines = [line.split() for line in text.splitlines() if line[:1] not in {"", "#"}]
    return [(reading, kanji) for reading, kanji in lines]
