"""Breaks words into lines that fit: Japanese anywhere, Latin words where they end if they can."""

from __future__ import annotations

from marketplace.web.charts.svg import width_of

NOT_FIRST = set("、。，．・：；？！）］｝」』】〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]},.:;?!")

NOT_LAST = set("（［｛「『【〈《([{")
WIDEST_PIECE = 6
"""In full-width letters; what goes on without a place to break is broken here."""


def wrap(text: str, letters: float, most: int) -> tuple[str, ...]:
    """Return a text as at most so many lines of at most so many full-width letters; what is left out shows as …

    Lines are about as long as each other, so that no letter stands alone.
    """
    words = _words(" ".join(text.split()))
    lines = _filled(words, letters)
    if len(lines) > most:
        last = lines[most - 1]
        while width_of(f"{last}…") > letters:
            last = last[:-1]
        return (*lines[: most - 1], f"{last}…")
    narrower = letters - 1
    while narrower > letters / 2 and len(found := _filled(words, narrower)) == len(lines) > 1:
        lines, narrower = found, narrower - 1
    return tuple(lines)


def _filled(words: list[str], letters: float) -> list[str]:
    lines = [""]
    for word in words:
        if width_of(lines[-1] + word.rstrip()) > letters and lines[-1].strip():
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.strip() for line in lines if line.strip()] or [""]


def _words(text: str) -> list[str]:
    """Return the pieces that may stand at the beginning of a line."""
    pieces: list[str] = []
    for letter in text:
        if pieces and (_holds_on(pieces[-1], letter)):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _holds_on(piece: str, letter: str) -> bool:
    if width_of(piece) >= WIDEST_PIECE:
        return False
    before = piece[-1]
    if letter in NOT_FIRST or letter == " " or before in NOT_LAST:
        return True
    return letter.isascii() and before.isascii() and before != " "
