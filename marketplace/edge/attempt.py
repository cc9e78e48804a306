"""Lets a page show a refusal beside the form instead of on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import g
from marshmallow import ValidationError

from marketplace.kernel.errors import DomainError


@dataclass(slots=True)
class Attempt:
    """What became of a try: no error, or the refusal to show."""

    error: DomainError | ValidationError | None = None


@contextmanager
def attempt() -> Iterator[Attempt]:
    """Run a block in a savepoint; a refusal is kept for the page and leaves nothing behind in the database."""
    tried = Attempt()
    try:
        with g.session.begin_nested():
            yield tried
    except (DomainError, ValidationError) as error:
        tried.error = error
