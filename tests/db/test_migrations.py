"""Migrations go up and down on both databases and leave what the models say."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.migrating import downgrade, is_current, upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request, tmp_path):
    """An engine on a database without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE migrations TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    engine = make_engine(url.replace("/yokoten_test?", "/migrations?"))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE migrations WITH (FORCE)"))
    admin.dispose()


def our_objects(_object, name, kind, _reflected, _compared):
    """Leave out the search index, which each database makes its own way."""
    return not (kind == "table" and str(name).startswith("search_index"))


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": our_objects, "compare_type": True})
        return compare_metadata(context, schema.METADATA)


def test_migrations_leave_what_the_models_say(empty_engine):
    upgrade(empty_engine)
    assert differences(empty_engine) == []
    with empty_engine.connect() as connection:
        assert is_current(connection)


def test_migrations_can_be_undone(empty_engine):
    upgrade(empty_engine)
    downgrade(empty_engine, "base")
    left = set(inspect(empty_engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade(empty_engine)
    assert differences(empty_engine) == []


def test_two_machines_may_migrate_at_once(empty_engine):
    failures = []

    def migrate():
        try:
            upgrade(empty_engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            failures.append(error)

    machines = [threading.Thread(target=migrate) for _ in range(2)]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join()
    assert failures == []
    assert differences(empty_engine) == []
