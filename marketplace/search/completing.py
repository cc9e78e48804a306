"""Completes what is being typed: the best entries of several kinds, from one look into the index."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from marketplace.kernel.context import Context
from marketplace.search.columns import Columns
from marketplace.search.matching import BEGINNINGS, match_wholes
from marketplace.search.phrases import read_unfinished
from marketplace.search.ranking import TEXT_WEIGHT, Weighing, best_places
from marketplace.search.services import Kind

MAX_WORDS = 4
"""Words looked at; whoever types more than that knows what to search for."""


def complete(
    ctx: Context, columns: Columns, typed: str, wanted: Mapping[Kind, int], weighings: Mapping[Kind, Weighing]
) -> dict[Kind, list[str]]:
    """Return up to so many subjects of each kind that hold all words, those whose names begin with them first.

    `weighings` tell what those are worth that the words make equal. One statement.
    """
    words = read_unfinished(typed)[:MAX_WORDS]
    if not words:
        return {kind: [] for kind in wanted}
    matches = match_wholes(ctx, columns, words, BEGINNINGS)
    points = np.min([match.points for match in matches], axis=0)
    found: dict[Kind, list[str]] = {}
    for kind, limit in wanted.items():
        numbers = np.flatnonzero(points * columns.of_kind(kind.value)).astype(np.int32)
        text = points[numbers].astype(np.int64) * TEXT_WEIGHT
        best = numbers[best_places(text + weighings[kind].worth(columns, numbers), limit)]
        found[kind] = [columns.subjects[number] for number in best]
    return found
