"""Rules for the versions of one template: each number is as large as its changes demand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from catalog_tools.checking.flaws import Flaw
from marketplace.bundle.comparing import compare
from marketplace.bundle.model import Bundle


def version_flaws(bundles: Sequence[Bundle]) -> Iterator[Flaw]:
    """Yield versions whose number is not the least that their changes demand; the oldest comes first."""
    for old, new in itertools.pairwise(bundles):
        before, after = old.manifest.version, new.manifest.version
        comparison = compare(old, new)
        least = comparison.bump.least_after(before)
        if not comparison.changes:
            yield Flaw(f"{after} changes nothing of {before}", part="template.json")
        elif least != after:
            yield Flaw(f"the changes since {before} demand {least}, this is {after}", part="template.json")
