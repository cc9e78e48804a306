"""Lets a page show a refusal beside the form instead of on a page of its own."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from flask import g
from marshmallow import ValidationError

from marketplace.kernel.errors import DomainError


class Attempt:
    """What became of a try: no error, or the refusal to show."""

    def __init__(self) -> None:
        """Begin without an error."""
        self.error: DomainError | ValidationError | None = None

    def __enter__(self) -> Self:
        """Set a savepoint."""
        self._savepoint = g.session.begin_nested()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Keep a refusal for the page and undo what was done since the savepoint; let any other error pass."""
        if error is None:
            self._savepoint.commit()
            return False
        self._savepoint.rollback()
        if isinstance(error, DomainError | ValidationError):
            self.error = error
            if isinstance(error, DomainError):
                g.retry_after = error.params.get("retry_after")
            return True
        return False


def attempt() -> Attempt:
    """Run a block in a savepoint; a refusal is kept for the page and leaves nothing behind in the database."""
    return Attempt()
