"""How much is shared here, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.catalog.publishers import count_published
from marketplace.installs.usage import count_used_templates
from marketplace.kernel.context import Context
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.search.following import columns_of
from marketplace.search.services import Kind


@dataclass(frozen=True, slots=True)
class Figures:
    """What the start page tells of the whole service."""

    templates: int
    municipalities: int
    """Those that publish or use templates; the operator is none."""
    installs: int


def count_everything(ctx: Context) -> Figures:
    """Return the figures; two queries, as the templates are counted in the columns of the search."""
    columns = columns_of(ctx)
    numbers = np.flatnonzero(columns.of_kind(Kind.TEMPLATE.value)).astype(np.int32)
    taking_part = {*count_published(columns), *count_used_templates(ctx)} - {OPERATOR_CODE}
    return Figures(len(numbers), len(taking_part), int(columns.figure("installs", numbers).sum()))
