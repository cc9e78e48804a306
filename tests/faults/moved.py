"""A service whose clock a test sets forward and back while it runs."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from tests.e2e.service import Service

OFFSET = "CLOCK_OF_THE_TESTS"
"""Where the offset stands; the service itself does not know of it."""


class MovedService(Service):
    """The service, whose processes, forks of one that this module started, all ask the moved clock."""

    def move(self, offset: timedelta) -> None:
        """Set the clock so far from the right time."""
        beside = self._offset.with_suffix(".new")
        beside.write_text(str(offset.total_seconds()), encoding="ascii")
        beside.replace(self._offset)

    def settings(self) -> dict[str, str]:
        """Return the environment, with the clock."""
        return {**super().settings(), OFFSET: str(self._offset)}

    @property
    def _offset(self) -> Path:
        return self.data_dir.parent / "clock"

    def _launch(self) -> subprocess.Popen[bytes]:
        self.move(timedelta(0))
        command = [sys.executable, "-m", "tests.faults.moved", "serve", "--demo"]
        root = Path(__file__).parents[2]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, env=self.settings(), stdout=log, stderr=log, cwd=root)


def run_with_moved_clock() -> None:
    """Run a command of the service with the clock that the test sets."""
    import os

    from marketplace.kernel import clock

    right, place = clock.utc_now, Path(os.environ[OFFSET])

    def moved() -> datetime:
        return right() + timedelta(seconds=float(place.read_text(encoding="ascii")))

    clock.utc_now = moved  # Before any other module takes it over by name.
    from marketplace.cli.main import main

    main()


if __name__ == "__main__":
    run_with_moved_clock()
