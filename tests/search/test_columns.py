"""What each process holds in memory of the entries."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from marketplace.db.engine import make_engine
from marketplace.db.public_revision import PublicState
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.search.columns import Columns
from marketplace.search.following import columns_of
from marketplace.search.models import IndexedEntry, SearchRevision, SearchSnapshot, SearchState
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.search.factories import make_entry


def columns_in_a_unit_of_work(engine: Engine, title: str | None = None) -> Columns:
    """Return what a unit of work of its own sees, perhaps after it added an entry."""
    with Sessions(engine).open(writes=title is not None) as session:
        ctx = Context(session, SYSTEM, FixedClock(), lambda _effect: None, Ports(MemoryBlobStore(), RecordingQueue()))
        if title is not None:
            make_entry(ctx, title)
        found = columns_of(ctx)
        session.commit()
    return found


def test_units_of_work_share_the_columns_until_something_changes(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'search.db'}")
    with engine.begin() as connection:
        for model in (IndexedEntry, SearchState, SearchRevision, SearchSnapshot, PublicState):
            model.__table__.create(connection)
    first = columns_in_a_unit_of_work(engine, "備品台帳")
    assert columns_in_a_unit_of_work(engine) is first
    second = columns_in_a_unit_of_work(engine, "公用車")
    assert second is not first
    assert columns_in_a_unit_of_work(engine) is second
    engine.dispose()
