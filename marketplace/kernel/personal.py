"""Finds in plain text what may be data of a single person: addresses and numbers, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

PHONE = re.compile(r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])")
TWELVE = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)")
POSTAL = re.compile(r"(?<![\d-])\d{3}-\d{4}(?![\d-])")
_HOST = re.compile(r"@[\w.-]+", re.ASCII)
_MAILBOX = re.compile(r"[\w.+-]{1,64}\Z", re.ASCII)
LONGEST_MAILBOX = 64
"""Of the part before the @ (RFC 5321)."""
_PHONES = (
    PHONE,
    re.compile(r"(?<!\d)\(?0\d{1,4}\)?[ -]?\(?\d{1,4}\)[ -]?\d{3,4}(?!\d)"),
    re.compile(r"(?<!\d)0\d{9,10}(?!\d)"),
)
_DASHES = re.compile("[‐‑‒–—―−]")
_LONG_VOWEL = re.compile(r"(?<=\d)ー(?=\d)")
_LEADING_DIGIT = re.compile(r"(?<!\d)\d[ -]\Z")
WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
EXAMPLE_ENDS = frozenset({"example", "test", "invalid", "localhost"})
"""Names at the end of a host that nobody can own (RFC 2606)."""
EXAMPLE_DOMAINS = frozenset({"com", "net", "org", "jp"})
"""Below these, `example` belongs to nobody either."""


class Suspect(StrEnum):
    """What a piece of text may be."""

    MAIL = "mail"
    PHONE = "phone"
    INDIVIDUAL_NUMBER = "individual-number"


def plain_text(text: str) -> str:
    """Return a text with the digits and dashes that a keyboard has."""
    return _LONG_VOWEL.sub("-", _DASHES.sub("-", unicodedata.normalize("NFKC", text)))


def suspects_in(text: str) -> Iterator[tuple[Suspect, str]]:
    """Yield what may point to a person, as it is written with plain digits and dashes."""
    plain = plain_text(text)
    yield from ((Suspect.MAIL, written) for written in _mail_addresses(plain))
    for pattern in _PHONES:
        yield from ((Suspect.PHONE, found[0]) for found in pattern.finditer(plain))
    for found in TWELVE.finditer(plain):
        if is_individual_number(_digits(found[0])) and not _ends_corporate_number(plain, found):
            yield Suspect.INDIVIDUAL_NUMBER, found[0]


def is_example(kind: Suspect, written: str) -> bool:
    """Tell whether what was found can be nobody's: an example's mail host, or a number of noughts."""
    if kind is Suspect.MAIL:
        return is_example_host(written.rpartition("@")[2])
    return kind is Suspect.PHONE and ("0000" in written or set(_digits(written)) == {"0"})


def is_example_host(host: str) -> bool:
    """Tell whether a host lies below a name set aside for examples; notexample.jp does not."""
    labels = host.lower().strip(".").split(".")
    if labels[-1] in EXAMPLE_ENDS:
        return True
    if labels[-2:-1] == ["example"]:
        return labels[-1] in EXAMPLE_DOMAINS
    return labels[-3:-2] == ["example"] and labels[-1] == "jp"


def is_example_postal_code(written: str) -> bool:
    """Tell whether a postal code is that of no place."""
    return set(_digits(written)) == {"0"}


def is_individual_number(digits: str) -> bool:
    """Tell whether twelve digits could be a マイナンバー: the last one checks the others."""
    if len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_corporate_number(digits: str) -> bool:
    """Tell whether thirteen digits could be a 法人番号: the first one checks the others."""
    total = sum(int(digit) * (1 if at % 2 == 0 else 2) for at, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


def _mail_addresses(plain: str) -> Iterator[str]:
    """Yield mail addresses; looks back from each @, so that a long line without one costs nothing."""
    for host in _HOST.finditer(plain):
        mailbox = _MAILBOX.search(plain, max(0, host.start() - LONGEST_MAILBOX), host.start())
        if mailbox is not None:
            yield mailbox[0] + host[0]


def _ends_corporate_number(plain: str, found: re.Match[str]) -> bool:
    """Tell whether twelve digits are only the rest of a 法人番号 written in groups, which everybody may know."""
    first = _LEADING_DIGIT.search(plain, max(0, found.start() - 3), found.start())
    return first is not None and is_corporate_number(first[0][0] + _digits(found[0]))


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)
