"""What a template is worth beside the words: stars, use, use by municipalities like yours, freshness, doubts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from marketplace.catalog.filters import Dimension, TemplateKind
from marketplace.search.analysis import normalise
from marketplace.search.columns import Columns
from marketplace.search.ranking import Weighing, Whole
from marketplace.search.selections import Numbers

LIKED, USED, USED_ALIKE, FRESH, INACTIVE, UNVERIFIED = 300, 300, 200, 99, -60, -40
"""The most that each part may add or, for a publisher that is no more or not verified, take; together below ten points
of text."""
SET = -4_000
"""What a set takes off where none was asked for: it holds the words of all its apps, so it comes after its members."""
MANY_ALIKE = 100
"""Municipalities of one size class that use a template: as many as anybody could wish for."""
HALF_LIFE_DAYS = 365
DAY = 86_400
UNVERIFIED_PUBLISHER = "unverified"
"""Figure of an entry: 1 where the operator has not made sure who acts for the publisher."""
USES = "uses_"
"""Figures of an entry: how many municipalities of a size class use it."""
_SET_WORDS = re.compile("せっと|一式|まとめて|ひとまとめ|一括導入|(?<![a-z])(set|sets|bundle)(?![a-z])")


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who looks, and when; freshness is counted in whole days, so that pages stay in order during a day."""

    now: datetime
    size_class: str | None = None
    wants_single: bool = False
    """The words ask for something, and not for a set."""


def weighing_of(viewpoint: Viewpoint) -> Weighing:
    """Return what templates are worth to whom; that of all is reckoned once a day for those who are alike."""
    day = int(viewpoint.now.timestamp()) // DAY
    kept_as = ("merits", viewpoint.size_class, viewpoint.wants_single)
    return Weighing(lambda columns, numbers: _merits_of(columns, numbers, viewpoint), kept_as, day)


def _merits_of(columns: Columns, numbers: Numbers, viewpoint: Viewpoint) -> Mapping[str, Whole]:
    """Return the parts of the templates' merit by name."""
    day = int(viewpoint.now.timestamp()) // DAY
    age = np.maximum(0, day - columns.figure("updated", numbers) // DAY)
    alike = columns.figure(f"{USES}{viewpoint.size_class}", numbers)
    merits = {
        "rating": (columns.figure("rating", numbers) - 1_000) * LIKED // 4_000,
        "use": columns.figure("use", numbers) * USED // 1_000,
        "use_alike": _whole(np.log1p(np.minimum(alike, MANY_ALIKE)) / np.log1p(MANY_ALIKE) * USED_ALIKE),
        "freshness": _whole(np.exp2(-age / HALF_LIFE_DAYS) * FRESH),
        "inactive": (1 - columns.figure("active", numbers)) * INACTIVE,
        "unverified": columns.figure(UNVERIFIED_PUBLISHER, numbers) * UNVERIFIED,
    }
    return merits | {"set": _sets(columns, numbers) * SET} if viewpoint.wants_single else merits


def asks_for_set(query: str) -> bool:
    """Tell whether a search names sets."""
    return _SET_WORDS.search(normalise(query)) is not None


def _sets(columns: Columns, numbers: Numbers) -> Whole:
    kinds = columns.dimension(Dimension.KIND.value)
    return kinds.mask(TemplateKind.SET.value)[numbers].astype(np.int64)


def _whole(values: NDArray[np.float64]) -> Whole:
    return np.rint(values).astype(np.int64)
