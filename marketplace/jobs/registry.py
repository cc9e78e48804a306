"""The jobs a worker can run, by name."""

from __future__ import annotations

from collections.abc import Callable

Job = Callable[[str], None]
"""Runs for one subject id; the composition root has bound its sessions and ports. It must bear being run twice."""


class JobRegistry:
    """Filled once by the composition root, read by the worker."""

    def __init__(self) -> None:
        """Start empty."""
        self._jobs: dict[str, Job] = {}

    def register(self, name: str, job: Job) -> None:
        """Add a job under a name that is not taken."""
        if name in self._jobs:
            raise ValueError(f"The job {name!r} is registered already")
        self._jobs[name] = job

    def get(self, name: str) -> Job:
        """Return a job. Raises KeyError."""
        return self._jobs[name]
