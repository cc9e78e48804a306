"""Of many alike cases a few run in the quick tests, more in the slow ones, and all of them when everything is tried."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import pytest

THOROUGH = (pytest.mark.slow, pytest.mark.thorough)


def sampled(
    cases: Sequence[Any], name: Callable[[Any], str], *, slow_every: int, quick: Collection[Any] = ()
) -> list[Any]:
    """Return the cases as parameters: those named are quick, one in so many is slow, the rest are thorough."""

    def marks(place: int, case: Any) -> Sequence[pytest.MarkDecorator]:
        if case in quick:
            return ()
        return (pytest.mark.slow,) if place % slow_every == 0 else THOROUGH

    return [pytest.param(case, id=name(case), marks=marks(place, case)) for place, case in enumerate(cases)]
