"""Migrations go up and down on both databases and leave what the models say."""

from __future__ import annotations

import json
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.migrating import downgrade, is_current, upgrade

NOON = "2026-04-01 12:00:00+00:00"
FIRST_ROWS: dict[str, dict[str, object]] = {
    "municipalities": {
        "code": "993018",
        "prefecture": "見本県",
        "name": "公開市",
        "kana": "こうかいし",
        "type": "city",
        "region": "関東",
        "active": True,
        "fictitious": True,
    },
    "templates": {
        "id": "t1",
        "publisher_code": "993018",
        "slug": "assets",
        "name_ja": "備品台帳",
        "name_en": "Assets",
        "summary_ja": "備品",
        "summary_en": "Assets",
        "category": "soumu",
        "departments": "[]",
        "keywords": "[]",
        "license": "CC0-1.0",
        "handles_personal_data": False,
        "app_count": 1,
        "install_count": 0,
        "rating_count": 0,
        "rating_sum": 0,
        "rating_score": 0,
        "popularity": 0,
        "created_at": NOON,
        "updated_at": NOON,
        "is_set": False,
    },
    "template_versions": {
        "id": "v1",
        "template_id": "t1",
        "number": "1.0.0",
        "precedence": "1",
        "is_prerelease": False,
        "digest": "0" * 64,
        "size": 1,
        "manifest": "{}",
        "changes": "{}",
        "released_at": NOON,
    },
}
"""What refers to each other, as it stood before tables were made anew."""


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


def insert(connection, table, row):
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608 - our names


def test_migrations_leave_what_the_models_say(empty_engine):
    upgrade(empty_engine)
    assert differences(empty_engine) == []
    with empty_engine.connect() as connection:
        assert is_current(connection)


def test_a_database_that_is_in_use_keeps_its_rows_through_every_migration(empty_engine):
    upgrade(empty_engine, "0014")
    with empty_engine.begin() as connection:
        for table, row in FIRST_ROWS.items():
            insert(connection, table, row)
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        counts = {table: text(f"SELECT count(*) FROM {table}") for table in FIRST_ROWS}  # noqa: S608 - our names
        kept = {table: connection.scalar(count) for table, count in counts.items()}
        assert kept == dict.fromkeys(FIRST_ROWS, 1)
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_badges_of_lists_are_taken_over_from_the_index(empty_engine):
    facets = {"plugin_free": ["false"], "script_free": ["true"]}
    entry = {"subject_id": "t1", "kind": "template", "texts": "{}", "facets": json.dumps(facets), "figures": "{}"}
    upgrade(empty_engine, "0014")
    with empty_engine.begin() as connection:
        for table, row in FIRST_ROWS.items():
            insert(connection, table, row)
    upgrade(empty_engine, "0028")
    with empty_engine.begin() as connection:
        insert(connection, "search_entries", entry | {"is_removed": False, "revision": 1})
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        told = connection.execute(text("SELECT needs_plugins, has_script FROM templates")).one()
    assert tuple(map(bool, told)) == (True, False)


def test_templates_from_before_the_index_of_files_are_due_to_be_written(empty_engine):
    upgrade(empty_engine, "0014")
    with empty_engine.begin() as connection:
        for table, row in FIRST_ROWS.items():
            insert(connection, table, row)
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        due = connection.execute(text("SELECT template_id FROM indexed_templates WHERE is_due")).scalars().all()
    assert due == ["t1"]


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
