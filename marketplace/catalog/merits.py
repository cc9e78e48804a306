"""What a template is worth beside the words: stars, use, use by municipalities like yours, freshness, doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from marketplace.search.columns import Columns, Numbers

LIKED, USED, USED_ALIKE, FRESH, INACTIVE = 300, 300, 200, 99, -100
"""The most that each part may add or, for a publisher that is no more, take; together below ten points of text."""
MANY_ALIKE = 100
"""Municipalities of one size class that use a template: as many as anybody could wish for."""
HALF_LIFE_DAYS = 365
DAY = 86_400
USES = "uses_"
"""Figures of an entry: how many municipalities of a size class use it."""

Merit = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who looks, and when; freshness is counted in whole days, so that pages stay in order during a day."""

    now: datetime
    size_class: str | None = None


def merits_of(columns: Columns, numbers: Numbers, viewpoint: Viewpoint) -> Mapping[str, Merit]:
    """Return the parts of the templates' merit by name."""
    age = np.maximum(0, int(viewpoint.now.timestamp()) // DAY - columns.figure("updated", numbers) // DAY)
    alike = columns.figure(f"{USES}{viewpoint.size_class}", numbers)
    return {
        "rating": (columns.figure("rating", numbers) - 1_000) * LIKED // 4_000,
        "use": columns.figure("use", numbers) * USED // 1_000,
        "use_alike": _whole(np.log1p(np.minimum(alike, MANY_ALIKE)) / np.log1p(MANY_ALIKE) * USED_ALIKE),
        "freshness": _whole(np.exp2(-age / HALF_LIFE_DAYS) * FRESH),
        "inactive": (1 - columns.figure("active", numbers)) * INACTIVE,
    }


def _whole(values: NDArray[np.float64]) -> Merit:
    return np.rint(values).astype(np.int64)
