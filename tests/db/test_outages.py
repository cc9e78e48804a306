"""What passes by itself is told from what is our mistake, by errors of the real databases."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from marketplace.db.engine import make_engine
from marketplace.db.outages import DatabaseUnavailableError, outage_of
from marketplace.kernel.errors import OutOfSpaceError
from tests.ports import free_port


def error_of(connection, *statements):
    try:
        for statement in statements:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        return error
    raise AssertionError("nothing failed")


def test_a_full_database_is_out_of_space(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'full.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b)")
        connection.exec_driver_sql("PRAGMA max_page_count = 3")
        error = error_of(connection, *["INSERT INTO a VALUES (zeroblob(4000))"] * 20)
    engine.dispose()
    assert isinstance(outage_of(error), OutOfSpaceError)


def test_a_locked_database_is_away_for_a_while(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'locked.db'}")
    with engine.connect() as holder, engine.connect() as other:
        holder.exec_driver_sql("CREATE TABLE a (b)")
        other.connection.driver_connection.execute("PRAGMA busy_timeout = 1")
        error = error_of(other, "SELECT 1")
        holder.rollback()
    engine.dispose()
    assert isinstance(outage_of(error), DatabaseUnavailableError)


def test_a_mistake_of_ours_is_none(engine):
    with engine.connect() as connection:
        assert outage_of(error_of(connection, "SELECT * FROM there_is_no_such_table")) is None
    assert outage_of(ValueError()) is None


def test_a_server_that_is_not_there_and_a_cut_connection_are_outages(postgres_url):
    away = make_engine(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(SQLAlchemyError) as refused:
        away.connect()
    assert isinstance(outage_of(refused.value), DatabaseUnavailableError)
    engine = make_engine(postgres_url)
    with engine.connect() as connection, engine.connect() as other:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        cut = error_of(connection, "SELECT 1", "SELECT pg_sleep(1)")
    engine.dispose()
    outage = outage_of(cut)
    assert isinstance(outage, DatabaseUnavailableError)
    assert outage.params == {"retry_after": 5}


def test_connections_that_are_all_in_use_are_an_outage():
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), pytest.raises(PoolTimeoutError) as waited:
        engine.connect()
    engine.dispose()
    assert isinstance(outage_of(waited.value), DatabaseUnavailableError)
