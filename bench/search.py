"""Speed of search over 1,000, 20,000 and 100,000 invented templates on both databases, beside what a database has.

Ours is the whole answer of a list: a page of 20 with its summaries, why each stands where it does, snippets, counts
along all dimensions, and another spelling. The baselines only find the first 20 entries that hold all words, the most
used first, without facets: a scan with LIKE, and the trigrams of the database (FTS5, or pg_trgm under GIN). They search
the same texts, folded as ours are so that they find kana and full-width letters too; they know no synonyms or readings.

SIZES in the environment changes the sizes (`SIZES=1000,5000`).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, text

from bench.corpus import NEWEST, write_corpus
from bench.filling import tidy
from bench.plain import PlainSearch, plain_search
from bench.relevance import DEV, read_queries
from marketplace.app import Runtime, make_runtime
from marketplace.catalog.filters import SortOrder, TemplateFilter
from marketplace.catalog.listing import TemplateList, list_templates
from marketplace.db.migrating import upgrade
from marketplace.db.unit_of_work import unit_of_work
from marketplace.housekeeping import take_snapshot
from marketplace.kernel.actor import ANONYMOUS
from marketplace.kernel.context import Context
from marketplace.search.rebuilding import rebuild_index
from marketplace.serving.memory import keep_out_of_collections
from marketplace.settings import Settings
from tests.postgres import running_postgres

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "1000,20000,100000").split(","))
ROUNDS = 10
BASELINE_ROUNDS = 2
"""A baseline takes long where it scans; its p99 is therefore close to its slowest."""
NO_QUERY, JUDGED, SECOND_PAGE = "no query", "judged queries", "second page"
FIRST = "asked for the first time"
"""The round before the others: the index answers what is remembered afterwards. Not among all."""
Result = TypeVar("Result")
WORDS: dict[str, tuple[str, ...]] = {
    "1 character": ("橋", "水", "犬", "備", "申", "日"),
    "2 characters": ("備品", "道路", "申請", "管理", "補助", "クマ"),
    "3 and more": ("補助金", "申請書", "担当者", "空き家", "会計年度任用職員", "電子申請"),
    "several words": ("備品 管理", "道路 損傷 通報", "申請 担当者 期限", "災害 避難所 名簿", "窓口 予約 混雑"),
    "kana, romaji, half width": ("ほじょきん", "hojokin", "ｺﾞﾐ", "びひん", "kouyousha", "ｸﾏ ﾓｸｹﾞｷ"),
    "slips of the pen": ("補助金申講", "ワクチソ予約", "ほじょきm", "施設予役", "空き屋バンクク"),
    "found nowhere": ("存在しない言葉", "ヴェネツィア", "xyzzy", "鼺鼱"),
}
FILTERED = (
    TemplateFilter(q="申請", process=(True,), prefecture=("北海道",)),
    TemplateFilter(q="管理", category=("bosai",), personal_data=(False,)),
    TemplateFilter(q="備品", license=("CC-BY-4.0",), size_class=("S4",)),
    TemplateFilter(category=("fukushi",), spoken=("ja",)),
)
PAGED = ("", "申請", "管理 期限")


@dataclass(slots=True)
class Timings:
    """Milliseconds of our answers, of the scan and of the trigrams, over all queries of a class."""

    ours: list[float] = field(default_factory=list)
    scan: list[float] = field(default_factory=list)
    trigrams: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Measured:
    """What one database did at one size."""

    building: tuple[float, ...]
    """Seconds for the rows, seconds for the index, its megabytes, milliseconds of the first search."""
    timings: dict[str, Timings]
    found: dict[str, list[str]]
    """The ids of the templates, in order, by query."""


def questions() -> dict[str, list[TemplateFilter]]:
    """Return what is asked, by class; the second pages are asked for once the first are known."""
    by_class = {name: [TemplateFilter(q=word) for word in words] for name, words in WORDS.items()}
    unasked = [TemplateFilter(sort=order) for order in SortOrder]
    judged = [TemplateFilter(q=query) for query, _grades in read_queries(DEV)]
    return {NO_QUERY: unasked, **by_class, "with two filters": list(FILTERED), JUDGED: judged}


def main() -> None:
    """Print for each size how long the index took to make, a line for each class of queries, and what differed."""
    print("\n## Search")
    smallest: dict[str, Measured] = {}
    for size in SIZES:
        by_database = {name: run(size, name) for name in ("SQLite", "PostgreSQL")}
        smallest = smallest or by_database
        print(f"\n### {size:,} templates\n")
        print("| database | rows written s | index made anew s | index MB | first search ms |")
        print("|---|---|---|---|---|")
        for database, measured in by_database.items():
            print(f"| {database} | {' | '.join(f'{value:.1f}' for value in measured.building)} |")
        print(f"\nMilliseconds; growth is that of p50 since {SIZES[0]:,}:\n")
        print("| database | queries | p50 | p99 | growth | LIKE p50 | p99 | trigrams p50 | p99 |")
        print("|---|---|---|---|---|---|---|---|---|")
        for database, measured in by_database.items():
            show(database, measured.timings, smallest[database].timings)
        print(f"\n{differences(*(measured.found for measured in by_database.values()))}", flush=True)


def run(size: int, database: str) -> Measured:
    """Fill a fresh database, make the index, and ask everything."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, opened(database, Path(name)) as runtime:
        rows = seconds(lambda: write_corpus(runtime.engine, size))
        index = seconds(lambda: rebuild_index(runtime.sessions, tell))
        take_snapshot(runtime.sessions, runtime.ports, runtime.now)
        tidy(runtime.engine)
        runtime.engine.dispose()  # What a process knows goes with its connections.
        keep_out_of_collections()
        first = seconds(lambda: ask(runtime, TemplateFilter(q="申請")))
        building = (rows, index, index_bytes(runtime.engine) / 1_000_000, first * 1_000)
        with plain_search(runtime.engine, Path(name)) as plain:
            return Measured(building, *measure(runtime, plain))


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Runtime]:
    """Run the block with an empty, migrated database of its own."""
    with running_postgres() if database == "PostgreSQL" else nullcontext("") as url:
        runtime = make_runtime(Settings(data_dir=folder, database_url=url))
        upgrade(runtime.engine)
        try:
            yield runtime
        finally:
            runtime.engine.dispose()


def measure(runtime: Runtime, plain: PlainSearch) -> tuple[dict[str, Timings], dict[str, list[str]]]:
    """Ask every question in turn with the baselines, after one round that counts apart; return what was found too."""
    found: dict[str, list[str]] = {}
    timings: dict[str, Timings] = {FIRST: Timings()}
    for name, asked in (questions() | {SECOND_PAGE: second_pages(runtime)}).items():
        timings[name] = each = Timings()
        for wanted in asked:
            found[str(wanted)] = timed(timings[FIRST].ours, lambda wanted=wanted: ids(ask(runtime, wanted)))
        for turn in range(ROUNDS):
            for wanted in asked:
                timed(each.ours, lambda wanted=wanted: ask(runtime, wanted))
                if turn < BASELINE_ROUNDS and not wanted.chosen and wanted.cursor is None:
                    timed(each.scan, lambda wanted=wanted: plain.scan(wanted.q))
                    timed(each.trigrams, lambda wanted=wanted: plain.look_up(wanted.q))
    return timings, found


def ids(found: TemplateList) -> list[str]:
    """Return the templates of a page, in order."""
    return [item.id for item in found.page.items]


def second_pages(runtime: Runtime) -> list[TemplateFilter]:
    """Return the questions whose answers begin where the first page ended."""
    cursors = {query: ask(runtime, TemplateFilter(q=query)).page.next_cursor for query in PAGED}
    return [TemplateFilter(q=query, cursor=cursor) for query, cursor in cursors.items() if cursor]


def ask(runtime: Runtime, wanted: TemplateFilter) -> TemplateList:
    """Answer as the service does for a visitor: in a transaction of its own that only reads."""
    with unit_of_work(runtime.sessions, writes=False) as (session, after_commit):
        return list_templates(Context(session, ANONYMOUS, lambda: NEWEST, after_commit, runtime.ports), wanted)


def index_bytes(engine: Engine) -> int:
    """Return the size of the index on disk, without the texts, which are kept anyway."""
    of_postgres = "SELECT pg_total_relation_size('search_index')"
    of_sqlite = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search_index%'"
    with engine.connect() as connection:
        return int(connection.scalar(text(of_postgres if engine.dialect.name == "postgresql" else of_sqlite)))


def seconds(work: Callable[[], object]) -> float:
    """Do some work and return how long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def tell(done: int, of: int) -> None:
    """Show on the terminal how far the index is."""
    print(f"\rindexed {done:,} of {of:,}", end="" if done < of else "\n", file=sys.stderr, flush=True)


def timed(milliseconds: list[float], work: Callable[[], Result]) -> Result:
    """Do some work, note how long it took, and return what came of it."""
    start = time.perf_counter()
    result = work()
    milliseconds.append((time.perf_counter() - start) * 1_000)
    return result


def show(database: str, timings: Mapping[str, Timings], at_first: Mapping[str, Timings]) -> None:
    """Print a line for each class of queries, and one for all."""
    for name, each in every_class(timings).items():
        growth = statistics.median(each.ours) / statistics.median(every_class(at_first)[name].ours)
        figures = f"{quantiles(each.ours)} | {growth:.1f} | {quantiles(each.scan)} | {quantiles(each.trigrams)}"
        print(f"| {database} | {name} | {figures} |")


def every_class(timings: Mapping[str, Timings]) -> dict[str, Timings]:
    """Return the classes that were asked, and all of them together."""
    whole = Timings()
    for name, each in timings.items():
        if name == FIRST:
            continue
        whole.ours += each.ours
        whole.scan += each.scan
        whole.trigrams += each.trigrams
    return {**{name: each for name, each in timings.items() if each.ours}, "all": whole}


def quantiles(milliseconds: list[float]) -> str:
    """Return p50 and p99 as two cells."""
    if not milliseconds:
        return "– | –"
    ordered = sorted(milliseconds)
    return f"{statistics.median(ordered):.1f} | {ordered[int(len(ordered) * 0.99)]:.1f}"


def differences(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> str:
    """Tell whether both databases gave the same templates in the same order for every query."""
    differing = [query for query in one.keys() | other.keys() if one.get(query) != other.get(query)]
    if not differing:
        return f"both databases gave the same templates in the same order for all {len(one)} questions"
    return f"{len(differing)} of {len(one)} questions were answered differently: {differing[:5]}"
