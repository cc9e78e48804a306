"""Numbers as records hold them: exact decimals, written without exponent or needless zeros."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException

# Beyond this many places before or after the point a number is an attack rather than a figure.
MAX_MAGNITUDE = 100
EXACT = Context(prec=4 * MAX_MAGNITUDE, Emax=10_000, Emin=-10_000)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def read_number(text: str) -> Decimal | None:
    """Return the number a text denotes, None if it denotes none; only half-width digits count."""
    stripped = text.strip()
    if len(stripped) > 2 * MAX_MAGNITUDE or not _NUMBER.fullmatch(stripped):
        return None
    try:
        number = EXACT.create_decimal(stripped)
    except DecimalException:
        return None
    return number if is_reasonable(number) else None


def is_reasonable(number: Decimal) -> bool:
    """Tell whether a number is finite and can be written down in a few hundred digits."""
    if not number.is_finite():
        return False
    exponent = number.as_tuple().exponent
    return abs(number.adjusted()) <= MAX_MAGNITUDE and isinstance(exponent, int) and exponent >= -2 * MAX_MAGNITUDE


def write_number(number: Decimal) -> str:
    """Return the canonical text of a number: 1.5e1 is 15, 2.50 is 2.5, minus zero is 0."""
    if not number:
        return "0"
    return f"{number.normalize(EXACT):f}"
