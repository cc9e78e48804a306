"""What stars and installs amount to: the average that few stars can't distort, and use on a scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

PRIOR_COUNT = 5
"""A template starts as if five municipalities had given it the middle of the scale."""
PRIOR_STARS = 3.0
MAX_STARS = 5
MANY_INSTALLS = 1741
"""Every city, ward, town and village once."""


@dataclass(frozen=True, slots=True)
class Rating:
    """The stars of a template, one vote per municipality."""

    count: int
    total: int

    @property
    def mean(self) -> float | None:
        """The plain average; None without any rating."""
        return self.total / self.count if self.count else None

    @property
    def bayesian(self) -> float:
        """The average drawn towards the middle while ratings are few; lists are sorted by it."""
        return (self.total + PRIOR_COUNT * PRIOR_STARS) / (self.count + PRIOR_COUNT)

    @property
    def thousandths(self) -> int:
        """The Bayesian average in thousandths, as it is stored."""
        return round(self.bayesian * 1000)


def use_in_thousandths(install_count: int) -> int:
    """Return 0 to 1,000 for the municipalities that use a template, on a logarithmic scale."""
    return round(min(1.0, math.log1p(max(0, install_count)) / math.log1p(MANY_INSTALLS)) * 1_000)
