"""The six-digit code of a local government (全国地方公共団体コード)."""

from __future__ import annotations

import re

OPERATOR_CODE = "yokoten"
"""The publisher of first-party templates; it stands in for a code wherever publishers are named."""
TRYOUT_CODE = "tryout"
"""The owner of try-outs, for whom nobody can act."""

_WEIGHTS = (6, 5, 4, 3, 2)
_MODULUS = 11
_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


def check_digit(five_digits: str) -> int:
    """Return the sixth digit that belongs to the first five, by the rule of the ministry."""
    total = sum(int(digit) * weight for digit, weight in zip(five_digits, _WEIGHTS, strict=True))
    return (_MODULUS - total % _MODULUS) % 10


def is_valid_code(code: str) -> bool:
    """Tell whether a text is six digits of which the last one fits."""
    return _DIGITS.fullmatch(code) is not None and check_digit(code[:5]) == int(code[5])
