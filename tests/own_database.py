"""A database of a test's own on each engine: what threads commit can't be rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.kernel.ids import new_id

Result = TypeVar("Result")
AT_ONCE = 4


@contextmanager
def own_database(request: pytest.FixtureRequest, tmp_path: Path, kind: str = "") -> Iterator[Engine]:
    """Open an empty database of a kind, if not given that of the fixture's parameter, with every table."""
    if (kind or request.param) == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'own.db'}")
        schema.METADATA.create_all(made)
        yield made
        made.dispose()
        return
    address = make_url(request.getfixturevalue("postgres_url"))
    name = f"own_{new_id()}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    made = make_engine(address.set(database=name).render_as_string(hide_password=False))
    schema.METADATA.create_all(made)
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def at_once(act: Callable[[int], Result], count: int = AT_ONCE) -> list[Result]:
    """Act in several threads that start together."""
    barrier = Barrier(count)

    def run(number: int) -> Result:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
