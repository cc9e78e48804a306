"""Who the workers are, as those see it who take work over from one that fell silent."""

from __future__ import annotations

from typing import Protocol

from marketplace.kernel.ids import new_id


class Workers(Protocol):
    """Knows the workers of this machine."""

    @property
    def name(self) -> str:
        """The name of this worker."""
        ...

    def is_gone(self, name: str) -> bool:
        """Tell whether a worker has ended for certain, with every call and transaction it had begun."""
        ...


class Strangers:
    """Knows no other worker: whoever is silent may still be alive until the lease runs out."""

    def __init__(self) -> None:
        """Take a name nobody knows."""
        self.name = new_id()

    def is_gone(self, name: str) -> bool:  # noqa: ARG002 - the protocol's
        """Tell nothing."""
        return False


def lease_owner(workers: Workers) -> str:
    """Return a fresh name to hold a lease under, which tells the worker."""
    return f"{workers.name}/{new_id()}"


def is_abandoned(workers: Workers, owner: str | None) -> bool:
    """Tell whether the worker that holds a lease is gone, so that nobody need wait for the lease to run out."""
    return owner is not None and workers.is_gone(owner.partition("/")[0])
