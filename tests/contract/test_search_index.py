"""One suite over both back ends: the same things are found, in the same order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.db.engine import make_engine
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.search import index
from marketplace.search.models import IndexedEntry, SearchRevision, SearchState
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.search.factories import make_entry, ranked

WORDS = st.sampled_from(
    [
        "備品",
        "備",
        "品",
        "台帳",
        "管理",
        "補助金",
        "助成金",
        "ほじょきん",
        "ホジョキン",
        "ｺﾞﾐ",
        "ごみ",
        "公用車",
        "庁用車",
        "髙橋",
        "高橋",
        "KPI",
        "ＫＰＩ",
        "kpi",
        "DX",
        "令和8年度",
        "123-45",
        "佐々木",
        "霞ヶ関",
    ]
)
SYMBOLS = st.sampled_from(
    ["", " ", "\u3000", "・", "-", "*", '"', "'", "AND", "NOT(", "NEAR/2", ":*", "<->", "%", "_", "\\", "😀", "👨‍👩‍👧"]
)
TEXTS = st.lists(st.one_of(WORDS, SYMBOLS, st.text(max_size=4)), max_size=6).map("".join)
QUERIES = st.lists(st.one_of(WORDS, SYMBOLS, st.text(max_size=3)), max_size=4).map(" ".join)
ENTRIES = st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, st.integers(0, 999)), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[list[Engine]]:
    """The two databases side by side, each in a schema that holds the index alone."""
    engines = [
        make_engine(f"sqlite:///{tmp_path_factory.mktemp('search') / 'search.db'}"),
        make_engine(postgres_url),
    ]
    yield engines
    for engine in engines:
        engine.dispose()


def answers(engine: Engine, entries: list[tuple[str, str, str, str, int]], query: str) -> list[tuple[str, int]]:
    """Index the entries, ask, and undo everything."""
    with engine.connect() as connection, Session(connection) as session:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE SCHEMA search_contract")
            connection.exec_driver_sql("SET LOCAL search_path TO search_contract")
        for model in (IndexedEntry, SearchState, SearchRevision):
            model.__table__.create(connection)
        ctx = Context(session, SYSTEM, FixedClock(), lambda _effect: None, Ports(MemoryBlobStore(), RecordingQueue()))
        for number, (title, keyword, summary, body, merit) in enumerate(entries):
            make_entry(
                ctx, title, keywords=[keyword], summary=summary, body=[body], merit=merit, subject_id=f"s{number}"
            )
        found = ranked(ctx, query)
        session.close()
        connection.rollback()
        return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries=ENTRIES, query=QUERIES)
def test_both_databases_find_the_same_in_the_same_order(
    both: list[Engine], entries: list[tuple[str, str, str, str, int]], query: str
) -> None:
    on_sqlite, on_postgres = (answers(engine, entries, query) for engine in both)
    assert on_sqlite == on_postgres


@settings(max_examples=40, deadline=None)
@given(text=st.text(alphabet="備品台帳管理", min_size=1, max_size=8), start=st.integers(0, 7), length=st.integers(1, 8))
def test_every_piece_of_a_text_finds_it(both: list[Engine], text: str, start: int, length: int) -> None:
    piece = text[start % len(text) :][:length]
    for engine in both:
        assert answers(engine, [("", "", "", text, 0)], piece) == [("s0", 11_000)]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("備品" * 5_000, id="ten-kilobytes"),
        pytest.param(" ".join(f"備品{number}" for number in range(2_000)), id="two-thousand-words"),
        pytest.param('" OR 1=1 --', id="quote"),
        pytest.param("' | '':* & !x", id="tsquery"),
        pytest.param("grams:備品 NEAR(a b, 2) ^x", id="fts5"),
        pytest.param("\\'備品\\", id="backslash"),
        pytest.param("備\x00品", id="nul"),
        pytest.param("\ud800", id="lone-surrogate"),
        pytest.param("👨‍👩‍👧‍👦🏳️‍🌈", id="emoji"),
        pytest.param("ﷺ" * 300, id="grows-when-folded"),
        pytest.param("%_%", id="like"),
    ],
)
def test_no_query_is_an_error(both: list[Engine], query: str) -> None:
    for engine in both:
        answers(engine, [("備品台帳", "備品", "", "", 0)], query)


def test_a_text_beyond_the_limits_is_found_alike(both: list[Engine]) -> None:
    body = "ああいい " * 400 + "備品台帳" * 5_000
    for query in ("ああいい", "備品台帳", "帳備", "い"):
        on_sqlite, on_postgres = (answers(engine, [("", "", "", body, 0)], query) for engine in both)
        assert on_sqlite == on_postgres == [("s0", 11_000)]


def test_the_index_can_be_dropped_and_made_again(engine: Engine) -> None:
    with engine.connect() as connection:
        index.drop_index(connection)
        index.create_index(connection)
        connection.rollback()


def test_pictures_can_be_searched(both: list[Engine]) -> None:
    for engine in both:
        assert answers(engine, [("🐻目撃情報", "", "", "", 0)], "🐻") != []
