"""The index made anew while others search and release, and whoever makes it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, inspect, select, text

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.kernel.ports import Ports
from marketplace.search import rebuilding, sqlite
from marketplace.search.index import backend_of
from marketplace.search.models import IndexedEntry, SearchState
from marketplace.search.rebuilding import rebuild_index
from marketplace.search.services import is_current, remove_entry, set_figures, terms_of
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.own_database import at_once, own_database
from tests.search import dying
from tests.search.factories import found_by, make_entry

MANY, FEW = 60, 7
"""Entries, and how many are written at once in these tests."""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path) -> Iterator[Engine]:
    with own_database(request, tmp_path) as made:
        yield made


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return Sessions(engine)


@contextmanager
def working(sessions: Sessions, *, writes: bool = True) -> Iterator[Context]:
    with unit_of_work(sessions, writes=writes) as (session, after_commit):
        yield Context(session, SYSTEM, FixedClock(), after_commit, Ports(MemoryBlobStore(), RecordingQueue()))


@pytest.fixture
def filled(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """An index of some entries, of which few are written at once when it is made anew."""
    monkeypatch.setattr(rebuilding, "AT_ONCE", FEW)
    with working(sessions) as ctx:
        for at in range(MANY):
            make_entry(ctx, f"備品台帳{at}", body=["現物照合"], subject_id=f"s{at}")
    return sessions


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_fresh_index_on_sqlite_never_consists_of_more_parts_than_fts5_takes(
    filled: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 4
    monkeypatch.setattr(rebuilding, "AT_ONCE", 1)
    monkeypatch.setattr(sqlite, "MOST_PARTS", most)
    parts: list[int] = []

    def count(_done: int, _total: int) -> None:
        with working(filled, writes=False) as ctx:
            counted = text("SELECT count(DISTINCT segid) FROM search_index_fresh_idx")
            parts.append(ctx.session.scalar(counted) or 0)

    rebuild_index(filled, count)
    assert len(parts) == MANY
    assert max(parts) <= most * most
    assert is_exact(filled)


def search(sessions: Sessions, query: str) -> set[str]:
    with working(sessions, writes=False) as ctx:
        return set(found_by(ctx, query))


def is_exact(sessions: Sessions) -> bool:
    """Tell whether the index holds each term of each entry and no other, and no other index is left beside it."""
    expected: dict[str, set[int]] = {"b消": set(), "b足": set()}
    with unit_of_work(sessions, writes=False) as (session, _):
        for number, is_removed, texts in session.execute(
            select(IndexedEntry.number, IndexedEntry.is_removed, IndexedEntry.texts)
        ):
            for term in () if is_removed else terms_of(texts):
                expected.setdefault(term, set()).add(number)
        connection, terms = session.connection(), sorted(expected)
        backend = backend_of(connection.dialect.name)
        found = [
            set(numbers.tolist())
            for start in range(0, len(terms), 100)
            for numbers in backend.numbers(connection, [[(term,)] for term in terms[start : start + 100]])
        ]
        left = [name for name in inspect(connection).get_table_names() if name.startswith("search_index_fresh")]
    return found == [expected[term] for term in terms] and not left


def test_what_changes_while_the_index_is_made_is_in_it(filled: Sessions) -> None:
    def change(done: int, _total: int) -> None:
        """Change entries that stand in the fresh index and some that don't."""
        with working(filled) as ctx:
            make_entry(ctx, f"新しい様式{done}", subject_id=f"new{done}")
            make_entry(ctx, f"足した言葉{done}", subject_id="s1")
            make_entry(ctx, "足した言葉", subject_id=f"s{MANY - 1}")
            remove_entry(ctx, f"s{done % MANY}")
            set_figures(ctx, "s2", {"merit": done})
        assert "s3" in search(filled, "備品")

    heard: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        heard.append((done, total))
        if done <= MANY // 2:
            change(done, total)

    rebuild_index(filled, tell)
    assert is_exact(filled)
    assert heard[0] == (FEW, MANY)
    assert {"s1", f"s{MANY - 1}"} <= search(filled, "足した")
    assert search(filled, "新しい様式") == {f"new{at}" for at in range(FEW, MANY // 2 + 1, FEW)}
    with working(filled, writes=False) as ctx:
        assert is_current(ctx)


@pytest.mark.parametrize("stopped_at", ["while filling", "when full", "before taking over"])
def test_an_interrupted_making_goes_on_where_it_was(
    filled: Sessions, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    class StoppedError(Exception):
        pass

    def stop(*_arguments: object) -> None:
        raise StoppedError

    with monkeypatch.context() as patch:
        if stopped_at == "when full":
            patch.setattr(backend_of(filled.engine.dialect.name), "finish_fresh", stop)
        elif stopped_at == "before taking over":
            patch.setattr(backend_of(filled.engine.dialect.name), "take_fresh", stop)
        with pytest.raises(StoppedError):
            rebuild_index(filled, stop if stopped_at == "while filling" else lambda _done, _total: None)
    with working(filled) as ctx:
        assert not is_current(ctx)
        make_entry(ctx, "足した言葉", subject_id="s1")
        remove_entry(ctx, "s2")
    assert search(filled, "備品") == {f"s{at}" for at in range(MANY)} - {"s1", "s2"}
    heard: list[tuple[int, int]] = []
    rebuild_index(filled, lambda done, total: heard.append((done, total)))
    assert (heard[-1] if heard else None) == ((MANY - FEW,) * 2 if stopped_at == "while filling" else None)
    assert is_exact(filled)
    rebuild_index(filled, lambda _done, _total: None)
    assert is_exact(filled)


def test_two_who_make_the_index_at_once_share_the_work(filled: Sessions) -> None:
    at_once(lambda _: rebuild_index(filled, lambda _done, _total: None), 2)
    assert is_exact(filled)


def test_a_change_by_a_process_of_another_version_spoils_what_is_made(
    filled: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_as_another(done: int, _total: int) -> None:
        if done == FEW:
            with monkeypatch.context() as patch, working(filled) as ctx:
                patch.setattr("marketplace.search.analysis.VERSION", 1)
                make_entry(ctx, "足した言葉", subject_id="s1")

    rebuild_index(filled, change_as_another)
    assert is_exact(filled)


@pytest.mark.slow
def test_readers_and_writers_go_on_while_the_index_is_put_in_its_place_again_and_again(filled: Sessions) -> None:
    over = threading.Event()

    def read() -> None:
        assert search(filled, "備品") >= {f"s{at}" for at in range(10, MANY)}

    def search_and_write() -> None:
        """Hold what a search locks while waiting for the other writers."""
        with working(filled) as ctx:
            assert len(found_by(ctx, "現物照合")) >= MANY - 10
            make_entry(ctx, f"直した様式{new_id()}", subject_id="s1")

    def make_anew() -> None:
        for _ in range(3):
            rebuild_index(filled, lambda _done, _total: None)
        over.set()

    def again_and_again(act: Callable[[], None]) -> None:
        while not over.is_set():
            act()

    def act(number: int) -> None:
        make_anew() if number == 0 else again_and_again(read if number < 3 else search_and_write)

    at_once(act)
    assert is_exact(filled)


@pytest.mark.slow
@pytest.mark.parametrize("point", dying.POINTS)
def test_whoever_makes_the_index_may_be_killed_anywhere(filled: Sessions, point: str) -> None:
    url = filled.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-m", "tests.search.dying", url, point], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    with working(filled) as ctx:
        make_entry(ctx, "足した言葉", subject_id="s1")
        remove_entry(ctx, "s2")
        make_entry(ctx, "新しい様式", subject_id="new")
    assert search(filled, "備品") == {f"s{at}" for at in range(MANY)} - {"s1", "s2"}
    assert search(filled, "新しい") == {"new"}
    rebuild_index(filled, lambda _done, _total: None)
    assert is_exact(filled)
    with unit_of_work(filled, writes=False) as (session, _):
        assert session.scalars(select(SearchState.fresh_analysis)).one() is None
        if session.connection().dialect.name == "postgresql":
            invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
            assert session.scalar(text(invalid)) == 0
