"""The refusal of one request among several that succeed or fail together."""

from __future__ import annotations

from marketplace.sandbox.errors import PlatformError


class BulkFailedError(Exception):
    """One request of a bulk call was refused, so none took place."""

    def __init__(self, cause: PlatformError, index: int, count: int) -> None:
        """Keep the refusal and its place among the requests."""
        super().__init__(cause.code)
        self.cause = cause
        self.index = index
        self.count = count
