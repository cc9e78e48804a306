"""Keeps requests from waiting for a server that has just kept others waiting.

A silent storage would otherwise hold one thread of the web server after the other, and with them all the pages that
need no file. Whoever comes while it rests is refused at once; now and then one asks whether it is back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from marketplace.storage.errors import StorageUnavailableError

REST_SECONDS = 5.0
ASKING_SECONDS = 60.0
"""Longer than a call may take, its second try included: should whoever asks be killed, another does."""
PAUSE_SECONDS = 30
"""What callers are told."""


class Rest:
    """Whether a server was silent a moment ago; one for each client."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin awake."""
        self._clock = clock
        self._until: float | None = None
        self._lock = threading.Lock()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Run a call, and remember whether the server was silent. Raises StorageUnavailableError while it rests."""
        self._enter()
        try:
            yield
        except (ConnectTimeoutError, ReadTimeoutError):
            self._until = self._clock() + REST_SECONDS
            raise
        except BaseException:
            self._until = None
            raise
        self._until = None

    def _enter(self) -> None:
        with self._lock:
            if self._until is None:
                return
            now = self._clock()
            if now < self._until:
                raise StorageUnavailableError(retry_after=PAUSE_SECONDS)
            self._until = now + ASKING_SECONDS
