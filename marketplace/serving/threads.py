"""The threads of a web process: one answers while answers are quick, and others only beside those that are not."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Lock, Thread
from typing import Any

PATIENCE = 0.003
"""Seconds that a request may take before the next is begun beside it; an answer from memory takes a tenth of that."""

IDLE_SECONDS = 30.0
"""After which a thread ends that found nothing to do: what malloc keeps for each thread is given back with it."""

Work = Callable[[], None]


class OneAtATime(Executor):
    """Runs calls on one thread, and on one more whenever a call takes longer than a moment (docs/adr/one-at-a-time.md).

    `ThreadPoolExecutor` wakes a thread for every call, although only one of them runs Python at any time: threads with
    quick requests then spend more on handing the interpreter to each other than on the requests.
    """

    def __init__(self, most: int, is_crowded: Callable[[], bool] = lambda: False) -> None:
        """Begin without threads; there will be so many at most, and no call begins on another while it is crowded."""
        self._most = most
        self._is_crowded = is_crowded
        self._lock = Lock()
        self._waiting: deque[Work] = deque()
        self._asleep: list[_Hand] = []
        self._count = 0
        self._ahead: _Hand | None = None
        """The thread that takes the next call after its own."""
        self._is_over = False

    def submit(self, call: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Have something called as soon as a thread is free. Raises RuntimeError after the end."""
        future: Future[Any] = Future()
        with self._lock:
            if self._is_over:
                raise RuntimeError("no more calls are taken")
            self._waiting.append(lambda: _carry_out(future, call, args, named))
            self._have_it_taken()
        return future

    def hasten(self) -> float | None:
        """Begin what waits behind a slow call; return after how many seconds to do so again, None if nothing waits."""
        if not self._waiting:
            return None
        with self._lock:
            self._have_it_taken()
        return PATIENCE if self._waiting else None

    def count_left_over(self) -> int:
        """Count the calls that wait although there are as many threads as may be, all of them busy."""
        with self._lock:
            return 0 if self._asleep or self._count < self._most else len(self._waiting)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the base
        """Take nothing more, and wait for nobody: what is under way when the process ends, ends with it."""
        del wait, cancel_futures
        with self._lock:
            self._is_over = True

    def next_for(self, hand: _Hand) -> Work | None:
        """Return what a thread is to do next; None when it is to sleep until it is woken."""
        with self._lock:
            if self._is_nobody_about_to_take():
                self._ahead = hand
            if self._ahead is hand:
                if self._waiting:
                    hand.began = time.monotonic()
                    return self._waiting.popleft()
                self._ahead = None
            self._asleep.append(hand)
            return None

    def may_end(self, hand: _Hand) -> bool:
        """Tell whether a thread that slept for long may end, and forget it; if it was just woken, it may not."""
        with self._lock:
            if hand not in self._asleep:
                return False
            self._asleep.remove(hand)
            self._count -= 1
            return True

    def _have_it_taken(self) -> None:
        """Wake or make a thread for what waits, unless one is about to take it; whoever calls this holds the lock."""
        if not self._waiting or not self._is_nobody_about_to_take() or self._is_crowded():
            return
        if self._asleep:
            self._ahead = self._asleep.pop()
        elif self._count < self._most:
            self._count += 1
            self._ahead = _Hand(self)
        else:
            return
        self._ahead.began = time.monotonic()
        self._ahead.wake()

    def _is_nobody_about_to_take(self) -> bool:
        return self._ahead is None or time.monotonic() - self._ahead.began >= PATIENCE


class _Hand:
    """A thread that sleeps while nothing is left for it."""

    def __init__(self, pool: OneAtATime) -> None:
        self.began = 0.0
        """When it was woken, or began its latest call."""
        self._pool = pool
        self._bell = Lock()
        self._bell.acquire()
        self._thread = Thread(target=self._work, name="request", daemon=True)

    def wake(self) -> None:
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._bell.release()

    def _work(self) -> None:
        while True:
            work = self._pool.next_for(self)
            if work is not None:
                work()
            elif not self._bell.acquire(timeout=IDLE_SECONDS):
                if self._pool.may_end(self):
                    return
                self._bell.acquire()


def _carry_out(future: Future[Any], call: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call(*args, **named)
    except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
        future.set_exception(error)
    else:
        future.set_result(result)
