"""What can be seen of the machine that the service runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Space:
    """The disk under the data folder, in bytes."""

    free: int
    whole: int


class Machine(Protocol):
    """Looks at this machine when it is asked; nothing is remembered."""

    def measure_space(self) -> Space | None:
        """Return how full the disk is; None where that can't be told."""
        ...

    def count_workers(self) -> int | None:
        """Return how many workers are alive; None where that can't be told from here."""
        ...


class UnknownMachine:
    """Tells nothing."""

    def measure_space(self) -> Space | None:
        """Tell nothing."""
        return None

    def count_workers(self) -> int | None:
        """Tell nothing."""
        return None
