"""One suite over both back ends: the same things are found, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from marketplace.catalog.traits import traits_of
from marketplace.db.engine import make_engine
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.kernel.ports import Ports
from marketplace.search import index
from marketplace.search.completing import complete
from marketplace.search.finding import Question, find
from marketplace.search.following import columns_of
from marketplace.search.models import IndexedEntry, SearchRevision, SearchSnapshot, SearchState
from marketplace.search.ranking import NO_MERITS
from marketplace.search.services import Kind, SearchEntry, index_entry
from marketplace.search.spelling import did_you_mean
from marketplace.search.synonyms import groups
from marketplace.search.traits import holders
from tests.bundle.factories import make_app, make_bundle, make_field
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


@contextmanager
def opened(engine: Engine) -> Iterator[Context]:
    """Open an empty index, and undo everything."""
    with engine.connect() as connection, Session(connection) as session:
        if engine.dialect.name == "postgresql":
            schema = f"search_{new_id()}"
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")
        for model in (IndexedEntry, SearchState, SearchRevision, SearchSnapshot):
            model.__table__.create(connection)
        yield Context(session, SYSTEM, FixedClock(), lambda _effect: None, Ports(MemoryBlobStore(), RecordingQueue()))
        session.close()
        connection.rollback()


def answers(engine: Engine, entries: list[tuple[str, str, str, str, int]], query: str) -> list[tuple[str, int]]:
    """Index the entries and ask."""
    with opened(engine) as ctx:
        for number, (title, keyword, summary, body, merit) in enumerate(entries):
            make_entry(
                ctx, title, keywords=[keyword], summary=summary, body=[body], merit=merit, subject_id=f"s{number}"
            )
        return ranked(ctx, query)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries=ENTRIES, query=QUERIES)
def test_both_databases_find_the_same_in_the_same_order(
    both: list[Engine], entries: list[tuple[str, str, str, str, int]], query: str
) -> None:
    on_sqlite, on_postgres = (answers(engine, entries, query) for engine in both)
    assert on_sqlite == on_postgres


@settings(max_examples=20, deadline=None)
@given(text=st.text(alphabet="備品台帳管理", min_size=1, max_size=8), start=st.integers(0, 7), length=st.integers(1, 8))
def test_every_piece_of_a_text_finds_it(both: list[Engine], text: str, start: int, length: int) -> None:
    piece = text[start % len(text) :][:length]
    for engine in both:
        assert answers(engine, [("", "", "", text, 0)], piece) == [("s0", 5_000)]


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
        pytest.param(
            " ".join("".join(chr(0x4E00 + word * 40 + at) for at in range(40)) for word in range(8)),
            id="eight-long-words-found-nowhere",
        ),
        pytest.param(" ".join(group.words[0] for group in groups()), id="every-synonym"),
    ],
)
def test_no_query_is_an_error(both: list[Engine], query: str) -> None:
    for engine in both:
        answers(engine, [("備品台帳", "備品", "", "", 0)], query)


PIECES = st.one_of(
    WORDS,
    SYMBOLS,
    st.text(max_size=12),
    st.characters(categories=["Mn", "Me", "Cf", "Cs", "Co", "So"]),
    st.sampled_from([word for group in groups() for word in group.words]),
    st.sampled_from(
        [
            "か\u3099",
            "e\u0301" * 9,
            "\u202eחיפוש",
            "بحث",
            "\u200d",
            "\ufe0f",
            "\x00",
            "\ud800\udc00",
            "🇯🇵",
            "𠮷",
            "ﷺ" * 40,
        ]
    ),
    st.sampled_from(
        ['"*"', "備*", "a AND b OR", "^備", "{m}: x", "備 <-> 品", "!(備)", "a:*B", "\\", "'';--", "$1", ":asked0"]
    ),
    st.integers(0, 390).map(lambda start: "".join(chr(0x5000 + start + at) for at in range(40))),
)
STRANGE = st.one_of(
    st.lists(PIECES, max_size=30).map(" ".join),
    st.lists(PIECES, max_size=30).map("".join),
    st.tuples(PIECES, st.integers(1, 1_000)).map(lambda drawn: f"{drawn[0]} " * drawn[1]),
    st.tuples(PIECES, st.integers(1, 1_000)).map(lambda drawn: drawn[0] * drawn[1]),
)
TITLES = [
    "備品台帳",
    "補助金の申請",
    "公用車の予約",
    "🐻目撃情報",
    "クマ",
    "AND or NOT",
    "か\u3099いこく",
    "بحث 備",
    "𠮷野家",
    "ワクチン予約",
]
MOST_STATEMENTS, MOST_LOOKUPS, MOST_CHARACTERS = 13, 500, 300_000
"""Of one search with suggestions and another spelling, which reads the names near each of up to eight words."""


@pytest.fixture(scope="module")
def asked_of_both(both: list[Engine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """The same entries on both databases, and what is asked of these; other tests need the lock of the other SQLite."""
    of_its_own = make_engine(f"sqlite:///{tmp_path_factory.mktemp('search') / 'asked.db'}")
    with ExitStack() as stack:
        stack.callback(of_its_own.dispose)
        opened_on = [stack.enter_context(opened(engine)) for engine in (of_its_own, both[1])]
        for ctx in opened_on:
            for at, title in enumerate(TITLES * 2):
                make_entry(ctx, title, keywords=[title[:2]], body=[title * 2], merit=at, subject_id=f"s{at}")
        yield [Asked(ctx) for ctx in opened_on]


class Asked:
    """Everything that a query leads to, and how much the database was asked for."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.statements = 0
        self.lookups: list[str] = []
        event.listen(ctx.session.connection(), "before_cursor_execute", self._count)

    def answer(self, query: str) -> tuple[object, ...]:
        columns_of(self.ctx)  # read anew where another test was at this database
        self.statements, self.lookups = 0, []
        found = find(self.ctx, Question(Kind.TEMPLATE, query))
        entries = [(entry.subject_id, entry.rank, entry.explanation) for entry in found.entries]
        suggested = complete(self.ctx, columns_of(self.ctx), query, {Kind.TEMPLATE: 5}, {Kind.TEMPLATE: NO_MERITS})
        return entries, found.total, suggested, did_you_mean(self.ctx, found.words)

    def _count(self, _connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        self.statements += not statement.startswith("SET ")
        if "search_index" in statement:
            asked = parameters.values() if isinstance(parameters, dict) else parameters
            self.lookups += [str(each) for each in asked]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(query=STRANGE)
def test_the_strangest_query_has_one_answer_and_asks_for_a_bounded_number_of_things(
    asked_of_both: list[Asked], query: str
) -> None:
    on_sqlite, on_postgres = (asked.answer(query) for asked in asked_of_both)
    assert on_sqlite == on_postgres
    for asked in asked_of_both:
        assert asked.statements <= MOST_STATEMENTS
        assert len(asked.lookups) <= MOST_LOOKUPS * 2
        assert sum(map(len, asked.lookups)) <= MOST_CHARACTERS


def test_a_text_beyond_the_limits_is_found_alike(both: list[Engine]) -> None:
    body = "ああいい " * 400 + "備品台帳" * 5_000
    for query in ("ああいい", "備品台帳", "帳備", "い"):
        on_sqlite, on_postgres = (answers(engine, [("", "", "", body, 0)], query) for engine in both)
        assert on_sqlite == on_postgres == [("s0", 5_000)]


def test_the_index_can_be_dropped_and_made_again(engine: Engine) -> None:
    with engine.connect() as connection:
        index.drop_index(connection)
        index.create_index(connection)
        connection.rollback()


def test_pictures_can_be_searched(both: list[Engine]) -> None:
    for engine in both:
        assert answers(engine, [("🐻目撃情報", "", "", "", 0)], "🐻") != []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(labels=st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_any_label_is_a_trait_that_both_databases_find_alike(both: list[Engine], labels: list[str]) -> None:
    bundle = make_bundle({"app": make_app("申請", *(make_field("NUMBER", f"f{at}") for at in range(len(labels))))})
    for field, label in zip(bundle.apps[0].fields.values(), labels, strict=True):
        field["label"] = label
    traits = [trait.term for trait in traits_of(bundle)]
    for engine in both:
        with opened(engine) as ctx:
            for subject in ("a", "b"):
                index_entry(ctx, SearchEntry(Kind.TEMPLATE, subject, {}, traits=traits))
            assert {tuple(numbers) for numbers in holders(ctx, traits)} == {(1, 2)}
