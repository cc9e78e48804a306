"""The packed columns that a process begins with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, event, update

from marketplace.db.engine import make_engine
from marketplace.db.public_revision import PublicState
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.search.columns import Columns
from marketplace.search.following import columns_of
from marketplace.search.models import IndexedEntry, SearchRevision, SearchSnapshot, SearchState
from marketplace.search.services import remove_entry, set_figures
from marketplace.search.snapshots import MANY, is_snapshot_due, keep_snapshot, pack, unpack
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.search.factories import make_entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    engine = make_engine(f"sqlite:///{tmp_path / 'search.db'}")
    with engine.begin() as connection:
        for model in (IndexedEntry, SearchState, SearchRevision, SearchSnapshot, PublicState):
            model.__table__.create(connection)
    engine.dispose()
    return tmp_path / "search.db"


@contextmanager
def process(path: Path) -> Iterator[Engine]:
    """Run the block as a process that has seen nothing yet."""
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Context]:
    with Sessions(engine).open(writes=True) as session:
        yield Context(session, SYSTEM, FixedClock(), lambda _effect: None, Ports(MemoryBlobStore(), RecordingQueue()))
        session.commit()


def seen(path: Path) -> tuple[Columns, int]:
    """Return what a new process sees, and how many entries it read for that."""
    read = 0

    def count(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal read
        read += "search_entries.facets" in statement

    with process(path) as engine, unit_of_work(engine) as ctx:
        event.listen(engine, "after_cursor_execute", count)
        return columns_of(ctx), read


def assert_same(one: Columns, other: Columns) -> None:
    """Compare column by column: arrays have no equality of their own."""
    for column in fields(Columns):
        if column.compare:
            mine, theirs = getattr(one, column.name), getattr(other, column.name)
            np.testing.assert_equal(_plain(mine), _plain(theirs))


def _plain(column: Any) -> Any:
    if not isinstance(column, dict):
        return column
    return {name: _pairs(value) if hasattr(value, "entries") else value for name, value in column.items()}


def _pairs(pairs: Any) -> set[tuple[int, str]]:
    return {(int(entry), pairs.values[place]) for entry, place in zip(pairs.entries, pairs.places, strict=True)}


def test_a_new_process_starts_from_the_snapshot_and_reads_only_what_changed_since(path: Path) -> None:
    with process(path) as engine:
        with unit_of_work(engine) as ctx:
            first, second = (make_entry(ctx, title) for title in ("備品台帳", "公用車"))
            assert is_snapshot_due(ctx)
            keep_snapshot(ctx, columns_of(ctx))
            assert not is_snapshot_due(ctx)
        with unit_of_work(engine) as ctx:
            set_figures(ctx, first, {"use": 7})
            remove_entry(ctx, second)
            make_entry(ctx, "道路損傷")
        with unit_of_work(engine) as ctx:
            known = columns_of(ctx)
    by_snapshot, _read = seen(path)
    with process(path) as engine, unit_of_work(engine) as ctx:
        ctx.session.execute(update(SearchSnapshot).values(packed=b"PK\x03\x04 torn"))
    by_reading_all, _read = seen(path)
    assert_same(by_snapshot, known)
    assert_same(by_reading_all, known)


def test_nothing_is_read_but_the_snapshot_while_nothing_changes(path: Path) -> None:
    with process(path) as engine, unit_of_work(engine) as ctx:
        make_entry(ctx, "備品台帳")
        keep_snapshot(ctx, columns_of(ctx))
    columns, read = seen(path)
    assert read == 0
    assert len(columns.subjects) == 2


def test_a_snapshot_of_what_was_rolled_back_is_not_believed(path: Path) -> None:
    with process(path) as engine:
        with Sessions(engine).open(writes=True) as session:
            ports = Ports(MemoryBlobStore(), RecordingQueue())
            ctx = Context(session, SYSTEM, FixedClock(), lambda _effect: None, ports)
            make_entry(ctx, "備品台帳")
            columns = columns_of(ctx)
            session.rollback()
        with unit_of_work(engine) as ctx:
            make_entry(ctx, "公用車")
            keep_snapshot(ctx, columns)
    found, _read = seen(path)
    assert found.revision == columns.revision
    assert found.token != columns.token


def test_a_snapshot_is_due_after_many_changes(path: Path) -> None:
    with process(path) as engine, unit_of_work(engine) as ctx:
        subject = make_entry(ctx, "備品台帳")
        keep_snapshot(ctx, columns_of(ctx))
        for use in range(MANY - 1):
            set_figures(ctx, subject, {"use": use})
        assert not is_snapshot_due(ctx)
        set_figures(ctx, subject, {"use": MANY})
        assert is_snapshot_due(ctx)


def test_packing_keeps_everything(path: Path) -> None:
    with process(path) as engine, unit_of_work(engine) as ctx:
        make_entry(ctx, "備品台帳")
        columns = columns_of(ctx)
    assert_same(unpack(pack(columns)), columns)
