"""A database in memory that holds one site and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Engine, MetaData
from sqlalchemy.orm import Session

import marketplace.sandbox.comments.models
import marketplace.sandbox.cursors.models
import marketplace.sandbox.deploys.models
import marketplace.sandbox.people.models
import marketplace.sandbox.plugins.models
import marketplace.sandbox.spaces.models
import marketplace.sandbox.webhooks.models  # noqa: F401 - a site's tables refer to each other
from marketplace.db.base import Base
from marketplace.db.engine import make_memory_engine

OF_SITES = "sandbox_"
"""What the names of a site's tables begin with."""
REFERRED_TO = frozenset({"people", "abandoned_blobs"})


@contextmanager
def open_stage() -> Iterator[Session]:
    """Give an empty database that is gone afterwards."""
    engine = make_memory_engine(_empty_database())
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()


@cache
def _empty_database() -> bytes:
    """Return the tables, made once: copying them takes a hundredth of the time."""
    engine = make_memory_engine()
    _create_tables(engine, Base.metadata)
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        return bytes(driver.serialize())


def _create_tables(engine: Engine, metadata: MetaData) -> None:
    wanted = [table for name, table in metadata.tables.items() if name.startswith(OF_SITES) or name in REFERRED_TO]
    metadata.create_all(engine, tables=wanted)
