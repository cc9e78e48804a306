"""How many templates each municipality publishes, from the columns of the search."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from marketplace.catalog.filters import Dimension
from marketplace.search.columns import Columns
from marketplace.search.services import Kind


def count_published(columns: Columns) -> Mapping[str, int]:
    """Return the templates in lists of every publisher by its code; those of facets are the commonest only."""
    return columns.kept("published", lambda: _count(columns))


def _count(columns: Columns) -> Mapping[str, int]:
    pairs = columns.dimension(Dimension.PUBLISHER.value)
    of_templates = columns.of_kind(Kind.TEMPLATE.value)[pairs.entries]
    counted = np.bincount(pairs.places[of_templates], minlength=len(pairs.values))
    return {code: int(count) for code, count in zip(pairs.values, counted, strict=True) if count}
