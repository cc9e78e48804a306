"""What stars and installs amount to: the average that few stars can't distort, and popularity."""

from __future__ import annotations

import math
from dataclasses import dataclass

PRIOR_COUNT = 5
"""A template starts as if five municipalities had given it the middle of the scale."""
PRIOR_STARS = 3.0
MAX_STARS = 5
MANY_INSTALLS = 1741
"""Every city, ward, town and village once."""
MAX_POPULARITY = 999


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


def popularity(rating: Rating, install_count: int) -> int:
    """Return 0 to 999: six tenths for municipalities that installed it, on a logarithmic scale, the rest for stars."""
    used = min(1.0, math.log1p(max(0, install_count)) / math.log1p(MANY_INSTALLS))
    liked = (rating.bayesian - 1) / (MAX_STARS - 1)
    return round((0.6 * used + 0.4 * liked) * MAX_POPULARITY)
