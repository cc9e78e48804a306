"""Holds the calls of a plan against what kintone allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from marketplace.installs.models import StepKind
from marketplace.installs.outline import PlannedStep

REQUESTS_OF_A_DAY = 10_000
"""What kintone allows for each app; making apps and listing them is not counted."""
AT_ONCE = 1
"""An import makes one call after the other; kintone allows a domain a hundred at once."""
INSIDE = (0.05, 0.5)
OUTSIDE = (0.4, 5.0)
"""Seconds of a call and of a deploy, inside the service (docs/performance.md) and, reckoned high, over the network."""


@dataclass(frozen=True, slots=True)
class AppBudget:
    """The requests that kintone counts against one app."""

    key: str
    calls: int

    @property
    def share(self) -> float:
        """Which part of the app's requests of a day that is."""
        return self.calls / REQUESTS_OF_A_DAY

    @property
    def is_over(self) -> bool:
        """Tell whether a day is not enough."""
        return self.calls > REQUESTS_OF_A_DAY


@dataclass(frozen=True, slots=True)
class Budget:
    """What a plan takes of what kintone allows, and how long that lasts."""

    calls: int
    deploys: int
    seconds: int
    """A rough guess, when nothing goes wrong."""
    apps: tuple[AppBudget, ...]
    daily_limit: int = REQUESTS_OF_A_DAY
    at_once: int = AT_ONCE

    @property
    def largest_share(self) -> float:
        """The share of the app that takes most."""
        return max((app.share for app in self.apps), default=0.0)


def make_budget(steps: Sequence[PlannedStep], app_keys: Iterable[str], *, is_outside: bool) -> Budget:
    """Return the budget of some steps."""
    counted: Counter[str] = Counter()
    for step in steps:
        counted.update(step.counted)
    calls = sum(step.calls for step in steps)
    deploys = sum(step.kind is StepKind.DEPLOY for step in steps)
    each, deploy = OUTSIDE if is_outside else INSIDE
    return Budget(
        calls=calls,
        deploys=deploys,
        seconds=max(1, ceil(calls * each + deploys * deploy)),
        apps=tuple(AppBudget(key, counted[key]) for key in app_keys),
    )
