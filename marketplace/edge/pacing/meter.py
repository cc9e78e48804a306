"""Takes requests off accounts, and tells what is left of them."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import cast

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string
from limits.storage.base import SlidingWindowCounterSupport
from limits.strategies import SlidingWindowCounterRateLimiter

from marketplace.edge.pacing.memory import ProcessMemory
from marketplace.kernel.pacing import Bound, Cost, PacingRules, Payer

logger = logging.getLogger(__name__)

MEMORY = "memory://"
STORAGE_SECONDS = 0.3
REST_SECONDS = 10.0
"""How long a storage that failed is left alone, so that no request waits for it meanwhile."""
NAMESPACE = "yokoten"


class PacingStorageError(ValueError):
    """The address of the shared storage can't be used; the service refuses to start with it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays, and under which name."""

    payer: Payer
    name: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left of one account after a request."""

    policy: str
    bound: Bound
    remaining: int
    reset: int
    """In how many seconds there is more again."""
    is_spent: bool = False
    """Whether there was nothing left for this request."""


class Meter:
    """Counts by the operator's rules; where nothing can be counted, everybody may pass."""

    def __init__(self, rules: PacingRules, clock: Callable[[], float]) -> None:
        """Open the storage that the rules name. Raises PacingStorageError."""
        self.rules = rules
        self._clock = clock
        self._storage = _open(rules.storage, clock)
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._lock = Lock()
        self._rests_until = -math.inf

    def spend(self, cost: Cost, accounts: Iterable[Account]) -> list[Balance]:
        """Take one request off each account, until one has nothing left; the last of the balances tells."""
        if self._clock() < self._rests_until:
            return []
        balances = []
        try:
            for account in accounts:
                bound = self.rules.bounds.get(cost, {}).get(account.payer)
                if bound is not None:
                    balances.append(self._take(cost, account, bound))
                    if balances[-1].is_spent:
                        break
        except StorageError as error:
            self._rest(error)
            return []
        return balances

    def _take(self, cost: Cost, account: Account, bound: Bound) -> Balance:
        item = RateLimitItemPerSecond(bound.amount, bound.seconds, NAMESPACE)
        names = (cost.value, account.payer.value, account.name)
        has_passed = self._limiter.hit(item, *names)
        windows = cast("SlidingWindowCounterSupport", self._storage)
        before, before_for, current, current_for = windows.get_sliding_window(item.key_for(*names), bound.seconds)
        weighted = before * before_for / bound.seconds + current
        remaining = max(0, bound.amount - math.floor(weighted))
        to_next_window = current_for - bound.seconds
        reset = _seconds_to_next(bound, before, weighted, to_next_window) if weighted >= 1 else 0
        policy = f"{cost.value}-{account.payer.value}"
        return Balance(policy, bound, remaining, reset, is_spent=not has_passed)

    def _rest(self, error: StorageError) -> None:
        """Leave the storage alone for a while, and say so once."""
        with self._lock:
            if self._clock() < self._rests_until:
                return
            self._rests_until = self._clock() + REST_SECONDS
        logger.error("Requests can't be counted, so nobody is limited for %s seconds: %s", REST_SECONDS, error)


def require_usable(rules: PacingRules) -> None:
    """Refuse rules whose storage can't be used here; it need not be there now. Raises PacingStorageError."""
    _open(rules.storage, float)


def _seconds_to_next(bound: Bound, before: int, weighted: float, to_next_window: float) -> int:
    """Return in how many whole seconds at least one more request fits in."""
    over = weighted - math.floor(weighted)
    fading = over * bound.seconds / before if before else math.inf
    return math.floor(min(fading, to_next_window)) + 1


def _open(url: str, clock: Callable[[], float]) -> Storage:
    if url == MEMORY:
        return ProcessMemory(clock)
    patience = {"socket_timeout": STORAGE_SECONDS, "socket_connect_timeout": STORAGE_SECONDS}
    try:
        return cast("Storage", storage_from_string(url, wrap_exceptions=True, **patience))
    except (ConfigurationError, ValueError, TypeError) as error:
        message = (
            f"MARKETPLACE_RATE_LIMIT_STORAGE：リクエストを数える場所を使えません（{error}）。memory:// にするか、"
            f"接続に使うパッケージ（redis、valkey）を入れてください。 / Requests can't be counted there ({error}). "
            "Set memory://, or install the package that connects to it (redis, valkey)."
        )
        raise PacingStorageError(message) from error
