"""This machine as its system shows it."""

from __future__ import annotations

import shutil
from pathlib import Path

from marketplace.jobs.presence import count_present
from marketplace.kernel.machine import Space


class LocalMachine:
    """Measures the disk of the data folder, and counts workers where they hold a lock (SQLite)."""

    def __init__(self, data_dir: Path, workers: Path | None) -> None:
        """Keep the folders; none for the workers where they leave no locks."""
        self._data_dir, self._workers = data_dir, workers

    def measure_space(self) -> Space | None:
        """Return how full the disk is."""
        try:
            found = shutil.disk_usage(self._data_dir)
        except OSError:
            return None
        return Space(found.free, found.total)

    def count_workers(self) -> int | None:
        """Return how many workers of this machine are alive."""
        return None if self._workers is None else count_present(self._workers)
