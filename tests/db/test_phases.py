"""A migration that says it only expands does nothing that a program of before would notice: upgrades rest on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, String, text

from marketplace.db.engine import make_engine
from marketplace.db.migrating import (
    CONTRACT,
    EXPAND,
    FIRST_WITH_PHASE,
    SchemaTooNewError,
    alembic_config,
    downgrade,
    is_current,
    is_usable,
    knows_revision,
    newest_revision,
    oldest_program,
    upgrade,
)

BEFORE_PHASES = 30
"""The last migration that need not tell."""
SCRIPTS = list(ScriptDirectory.from_config(alembic_config()).walk_revisions())
TELLING = [script for script in SCRIPTS if int(script.revision) > BEFORE_PHASES]
FORBIDDEN_SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN)|RENAME|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+TYPE)\b", re.IGNORECASE
)


class Watch:
    """Sees what a migration asks of Alembic, and says what of it an older program would notice."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.found: list[str] = []

    def see(self, operation: ops.MigrateOperation) -> None:
        table = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
        if isinstance(operation, ops.CreateTableOp):
            self.made.add(operation.table_name)
        elif table not in self.made and (said := objection_to(operation)):
            self.found.append(f"{table}: {said}")


def objection_to(operation: ops.MigrateOperation) -> str | None:
    """Return what a program of before would notice of an operation on a table that it knows."""
    if isinstance(operation, ops.AddColumnOp):
        column = operation.column
        return "a column without a default must be filled" if _is_required(column) else None
    if isinstance(operation, ops.AlterColumnOp):
        changes = {
            "another name": operation.modify_name is not None,
            "another type": operation.modify_type is not None,
            "no longer nullable": operation.modify_nullable is False,
            "no default any more": operation.modify_server_default is None and operation.modify_nullable is not True,
        }
        return next((name for name, is_so in changes.items() if is_so), None)
    if isinstance(operation, ops.CreateIndexOp):
        return "values must be unique" if operation.unique else None
    if isinstance(operation, ops.ExecuteSQLOp):
        return "SQL that takes away" if FORBIDDEN_SQL.search(str(operation.sqltext)) else None
    refused = (ops.DropTableOp, ops.DropColumnOp, ops.RenameTableOp, ops.AddConstraintOp)
    return type(operation).__name__ if isinstance(operation, refused) else None


def _is_required(column: Column[object]) -> bool:
    return not column.nullable and column.server_default is None


@contextmanager
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    watch = Watch()
    own: Callable[..., object] = Operations.__mro__[1].invoke

    def invoke(self: Operations, operation: ops.MigrateOperation) -> object:
        watch.see(operation)
        return own(self, operation)

    with monkeypatch.context() as patch:
        patch.setattr(Operations.__mro__[1], "invoke", invoke)
        yield watch


@pytest.mark.parametrize("script", TELLING, ids=lambda script: script.revision)
def test_a_migration_tells_its_phase_and_keeps_it(script, tmp_path, monkeypatch):
    assert script.module.phase in {EXPAND, CONTRACT}
    if script.module.phase == CONTRACT:
        assert knows_revision(script.module.oldest_program)
        assert script.module.oldest_program < script.revision
        return
    engine = make_engine(f"sqlite:///{tmp_path / 'phases.db'}")
    upgrade(engine, script.down_revision)
    with watching(monkeypatch) as watch:
        upgrade(engine, script.revision)
    engine.dispose()
    assert watch.found == []


def noticed(act, monkeypatch, tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'acts.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, name VARCHAR)"))
        with watching(monkeypatch) as watch:
            act(Operations(MigrationContext.configure(connection)))
    engine.dispose()
    return watch.found


def in_batch(act):
    def run(op):
        with op.batch_alter_table("things") as batch:
            act(batch)

    return run


@pytest.mark.parametrize(
    "act",
    [
        lambda op: op.drop_table("things"),
        lambda op: op.rename_table("things", "others"),
        lambda op: op.execute("DROP TABLE things"),
        lambda op: op.execute("ALTER TABLE things RENAME COLUMN name TO title"),
        lambda op: op.create_index("uq_name", "things", ["name"], unique=True),
        in_batch(lambda batch: batch.drop_column("name")),
        in_batch(lambda batch: batch.alter_column("name", new_column_name="title")),
        in_batch(lambda batch: batch.alter_column("name", nullable=False)),
        in_batch(lambda batch: batch.alter_column("name", type_=Integer())),
        in_batch(lambda batch: batch.create_unique_constraint("uq_things_name", ["name"])),
    ],
)
def test_what_an_older_program_would_notice_is_seen(act, monkeypatch, tmp_path):
    assert noticed(act, monkeypatch, tmp_path)


def test_a_required_column_is_seen(monkeypatch, tmp_path):
    def act(op):
        op.execute("DELETE FROM things")
        with op.batch_alter_table("things") as batch:
            batch.add_column(Column("size", Integer(), nullable=False))

    assert noticed(act, monkeypatch, tmp_path) == ["things: a column without a default must be filled"]


@pytest.mark.parametrize(
    "act",
    [
        lambda op: op.create_table("others", Column("id", Integer(), nullable=False), Column("name", String())),
        lambda op: op.create_index("ix_name", "things", ["name"]),
        lambda op: op.add_column("things", Column("size", Integer(), nullable=True)),
        lambda op: op.add_column("things", Column("size", Integer(), nullable=False, server_default="0")),
        lambda op: op.execute("UPDATE things SET name = 'a'"),
    ],
)
def test_what_an_older_program_would_not_notice_is_let_through(act, monkeypatch, tmp_path):
    assert noticed(act, monkeypatch, tmp_path) == []


@pytest.fixture
def newer(tmp_path):
    """A database that a newer program has migrated; what it has written down is to be told."""
    engine = make_engine(f"sqlite:///{tmp_path / 'newer.db'}")
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    yield engine
    engine.dispose()


def test_a_database_that_was_only_expanded_since_is_worked_on(newer):
    with newer.connect() as connection:
        assert not is_current(connection)
        assert is_usable(connection)
    upgrade(newer)
    with newer.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_database_that_was_contracted_since_is_not(newer):
    with newer.begin() as connection:
        connection.execute(text("UPDATE schema_reach SET oldest = '9998'"))
    with newer.connect() as connection:
        assert not is_usable(connection)
    with pytest.raises(SchemaTooNewError, match="9999"):
        upgrade(newer)


def test_a_database_that_is_older_is_not(newer):
    with newer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest_revision()})
    downgrade(newer, "0030")
    with newer.connect() as connection:
        assert not is_usable(connection)


def test_how_far_back_a_database_goes_is_written_down(newer):
    with newer.connect() as connection:
        assert connection.scalar(text("SELECT oldest FROM schema_reach")) == oldest_program(newest_revision())
    assert knows_revision(FIRST_WITH_PHASE)


def test_the_template_of_migrations_asks_for_a_phase():
    assert "phase = " in Path("marketplace/db/migrations/script.py.mako").read_text(encoding="utf-8")
