"""Which entries share exact traits: what similar things are found by, apart from what people type."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.kernel.context import Context
from marketplace.search.analysis import trait_term
from marketplace.search.index import backend_of
from marketplace.search.selections import Numbers

MOST = 300
"""Traits of one entry that can be asked for at once; SQLite joins at most 500 questions."""


def holders(ctx: Context, traits: Sequence[str]) -> list[Numbers]:
    """Return the numbers of the entries that have each trait, in one statement."""
    connection = ctx.session.connection()
    return backend_of(connection.dialect.name).numbers(connection, [((trait_term(trait),),) for trait in traits])
