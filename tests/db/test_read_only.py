"""While nothing may be written, no transaction writes, whatever way it is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from marketplace.db.unit_of_work import Sessions, note, unit_of_work
from marketplace.kernel.errors import ReadOnlyError
from tests.own_database import own_database

WRITES = "UPDATE sandbox_sites SET name = name"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def sessions(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """Read-only sessions on a database of their own."""
    folder: Path = tmp_path_factory.mktemp("read-only")
    with own_database(request, folder) as engine:
        yield Sessions(engine, read_only=True)


def test_a_unit_of_work_that_writes_does_not_begin(sessions: Sessions):
    with pytest.raises(ReadOnlyError), unit_of_work(sessions):
        pytest.fail("it has begun")


def test_the_database_itself_refuses_a_write_in_a_reading_one(sessions: Sessions):
    with unit_of_work(sessions, writes=False) as (session, _):
        assert session.execute(text("SELECT count(*) FROM sandbox_sites")).scalar() == 0
    with pytest.raises(ReadOnlyError), unit_of_work(sessions, writes=False) as (session, _):
        session.execute(text(WRITES))


def test_what_is_only_noted_is_left_out(sessions: Sessions):
    note(sessions, lambda _: pytest.fail("it was written"))


def test_others_write_to_the_same_database(sessions: Sessions):
    engine: Engine = sessions.engine
    with unit_of_work(sessions, writes=False):
        pass
    engine.dispose()  # Another process has connections of its own.
    with unit_of_work(Sessions(engine)) as (session, _):
        session.execute(text(WRITES))
