"""The end of a web server behind a load balancer: it tells first that it is going, then stops taking connections."""

from __future__ import annotations

import mmap
import time

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter


class Draining:
    """One byte that the processes of a web server share from before they part."""

    def __init__(self) -> None:
        """Begin with a server that stays."""
        self._shared = mmap.mmap(-1, 1)

    def begin(self) -> None:
        """Say that the server is going."""
        self._shared[0] = 1

    def is_on(self) -> bool:
        """Tell whether the server is going."""
        return self._shared[0] == 1


class DrainingArbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no type information
    """Waits between SIGTERM and the end, while everything is still answered; a second signal ends the wait."""

    def __init__(self, app: BaseApplication, draining: Draining, seconds: float) -> None:
        """Keep how long to wait."""
        super().__init__(app)
        self._draining = draining
        self._seconds = seconds
        self._ends: float | None = None

    def handle_term(self) -> None:
        """Begin to drain; `murder_workers`, called every second, sees to the end."""
        if self._seconds <= 0 or self._ends is not None:
            super().handle_term()
        self._draining.begin()
        self._ends = time.monotonic() + self._seconds
        self.log.warning("Draining for %s seconds", self._seconds)

    def murder_workers(self) -> None:
        """End when the time has come."""
        if self._ends is not None and time.monotonic() >= self._ends:
            raise StopIteration
        super().murder_workers()
