"""Records of the built-in workspace through its kintone interface, at 100,000 in one app, on both databases.

The baseline is what a programmer would write for this one form: a plain table with an index on each column asked
for, read by SQL in the same database. RECORDS in the environment changes the number.
"""

from __future__ import annotations

import base64
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from werkzeug.test import Client

from marketplace.app import make_app, make_runtime
from marketplace.db.migrating import upgrade
from marketplace.sandbox import sites
from marketplace.settings import Settings
from tests.postgres import running_postgres

RECORDS = int(os.environ.get("RECORDS", "100000"))
BATCH, ROUNDS, SITE, PASSWORD = 100, 20, "bench", "of-the-bench"
PLACES = ("総務課", "税務課", "福祉課", "道路課", "環境課", "防災課", "教育課", "水道課", "市民課", "企画課")
WORKS = ("道路の補修", "備品の購入", "防犯灯の設置", "空き家の相談", "側溝の清掃", "街路樹の剪定", "遊具の点検")
KINDS = ("新規", "継続", "変更")
COLUMNS = ("id", "number", "applicant", "title", "place", "kind", "amount", "applied")
FIELDS: dict[str, dict[str, Any]] = {
    "申請番号": {"type": "SINGLE_LINE_TEXT", "unique": True},
    "申請者": {"type": "SINGLE_LINE_TEXT"},
    "件名": {"type": "SINGLE_LINE_TEXT"},
    "担当課": {"type": "DROP_DOWN", "options": {name: {"label": name, "index": n} for n, name in enumerate(PLACES)}},
    "区分": {"type": "RADIO_BUTTON", "options": {name: {"label": name, "index": n} for n, name in enumerate(KINDS)}},
    "額": {"type": "NUMBER"},
    "申請日": {"type": "DATE"},
    "明細": {
        "type": "SUBTABLE",
        "fields": {
            "品名": {"type": "SINGLE_LINE_TEXT", "code": "品名", "label": "品名"},
            "単価": {"type": "NUMBER", "code": "単価", "label": "単価"},
            "計": {"type": "CALC", "code": "計", "label": "計", "expression": "単価 * 2"},
        },
    },
    "合計": {"type": "CALC", "expression": "SUM(計)"},
}
CASES = {
    "newest 20": ("limit 20", "ORDER BY id DESC LIMIT 20"),
    "20 by one text": ('申請番号 = "A-000777" limit 20', "WHERE number = 'A-000777' ORDER BY id DESC LIMIT 20"),
    "20 of an option": ('担当課 in ("道路課") limit 20', "WHERE place = '道路課' ORDER BY id DESC LIMIT 20"),
    "20 of two, by date": (
        '担当課 in ("道路課") and 区分 in ("新規") order by 申請日 desc limit 20',
        "WHERE place = '道路課' AND kind = '新規' ORDER BY applied DESC, id DESC LIMIT 20",
    ),
    "20 of a month": (
        '申請日 >= "2026-01-01" and 申請日 <= "2026-01-31" limit 20',
        "WHERE applied BETWEEN '2026-01-01' AND '2026-01-31' ORDER BY id DESC LIMIT 20",
    ),
    "20 of all, by number": ("order by 額 desc limit 20", "ORDER BY amount DESC, id DESC LIMIT 20"),
    "search of a word": ('件名 like "防犯灯" limit 20', "WHERE title LIKE '%防犯灯%' ORDER BY id DESC LIMIT 20"),
}


@dataclass(slots=True)
class Timings:
    """Seconds of our calls and of the baseline's, and the statements of one call."""

    ours: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    statements: int = 0


class Workspace:
    """A built-in workspace called as an official client calls it, without the network."""

    def __init__(self, database_url: str, folder: Path) -> None:
        """Migrate an empty database and open a site with one app."""
        runtime = make_runtime(Settings(data_dir=folder, database_url=database_url))
        self.engine: Engine = runtime.engine
        upgrade(runtime.engine)
        with runtime.unit_of_work() as ctx:
            sites.create_site(ctx.session, SITE, SITE, ctx.now())
            sites.add_user(ctx.session, SITE, "bench", "bench", PASSWORD, is_admin=True)
        self.client = Client(make_app(runtime), use_cookies=False)
        self.login = base64.b64encode(f"bench:{PASSWORD}".encode()).decode()
        self.app = self.call("POST", "preview/app", {"name": "申請"})["app"]
        properties = {code: {"code": code, "label": code, **each} for code, each in FIELDS.items()}
        self.call("POST", "preview/app/form/fields", {"app": self.app, "properties": properties})
        self.call("POST", "preview/app/deploy", {"apps": [{"app": self.app}]})

    def call(self, method: str, name: str, body: dict[str, Any]) -> Any:
        """Call an API with a body; only success counts."""
        headers = {"X-Cybozu-Authorization": self.login, "X-HTTP-Method-Override": method}
        if method == "POST":
            del headers["X-HTTP-Method-Override"]
        with self.client.post(f"/w/{SITE}/k/v1/{name}.json", json=body, headers=headers) as answer:
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.get_data(as_text=True)}")
            return json.loads(answer.get_data())


class PlainTable:
    """The same applications in a table of their own."""

    def __init__(self, engine: Engine) -> None:
        """Make the table with an index for each column that the cases ask for."""
        self.engine = engine
        with engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TABLE plain (id INTEGER PRIMARY KEY, number TEXT UNIQUE, applicant TEXT, title TEXT,"
                    " place TEXT, kind TEXT, amount NUMERIC, applied TEXT)"
                )
            )
            for column in ("applicant", "place", "kind", "amount", "applied"):
                connection.execute(text(f"CREATE INDEX plain_{column} ON plain ({column})"))

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows in one transaction."""
        names = ", ".join(COLUMNS)
        values = ", ".join(f":{name}" for name in COLUMNS)
        with self.engine.begin() as connection:
            connection.execute(text(f"INSERT INTO plain ({names}) VALUES ({values})"), rows)

    def read(self, tail: str) -> str:
        """Select rows and write them as JSON."""
        with self.engine.connect() as connection:
            found = connection.execute(text(f"SELECT * FROM plain {tail}")).mappings().all()
        return json.dumps([{name: str(value) for name, value in row.items()} for row in found], ensure_ascii=False)


def applications(count: int) -> Iterator[dict[str, Any]]:
    """Yield seeded applications as rows of the plain table."""
    chance = random.Random(2026)
    for number in range(1, count + 1):
        yield {
            "id": number,
            "number": f"A-{number:06d}",
            "applicant": f"見本{chance.randrange(5000)}",
            "title": f"{chance.choice(WORKS)}（{chance.randrange(900)}番地）",
            "place": chance.choice(PLACES),
            "kind": chance.choice(KINDS),
            "amount": chance.randrange(1_000_000),
            "applied": (date(2020, 1, 1) + timedelta(days=chance.randrange(2500))).isoformat(),
        }


def as_record(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as a record of the app, with one or two lines in its table."""
    codes = list(FIELDS)[: len(COLUMNS) - 1]
    named = dict(zip(codes, list(row.values())[1:], strict=True))
    record: dict[str, Any] = {code: {"value": value} for code, value in named.items()}
    lines = [{"value": {"品名": {"value": row["title"]}, "単価": {"value": row["amount"] // 2}}}]
    record["明細"] = {"value": lines * (1 + row["id"] % 2)}
    return record


def timed(seconds: list[float], work: Callable[[], object]) -> None:
    """Do some work and note how long it took."""
    start = time.perf_counter()
    work()
    seconds.append(time.perf_counter() - start)


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """Gather the statements sent meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(workspace: Workspace, plain: PlainTable) -> Timings:
    """Add the records to both, a hundred at a time; the last tenth is what counts."""
    found = Timings()
    rows = list(applications(RECORDS))
    for start in range(0, RECORDS, BATCH):
        batch = rows[start : start + BATCH]
        body = {"app": workspace.app, "records": [as_record(row) for row in batch]}
        timed(found.ours, lambda body=body: workspace.call("POST", "records", body))
        timed(found.plain, lambda batch=batch: plain.add(batch))
    counted = max(1, len(found.ours) // 10)
    with counting(workspace.engine) as statements:
        workspace.call("POST", "records", {"app": workspace.app, "records": [{} for _ in range(BATCH)]})
    return Timings(found.ours[-counted:], found.plain[-counted:], len(statements))


def measure(workspace: Workspace, plain: PlainTable) -> dict[str, Timings]:
    """Time every case, ours and the baseline's in turn, after one round that does not count."""
    found = {name: Timings() for name in CASES}
    for turn in range(ROUNDS + 1):
        for name, (query, tail) in CASES.items():
            body = {"app": workspace.app, "query": query, "totalCount": False}
            with counting(workspace.engine) as statements:
                ours: list[float] = []
                timed(ours, lambda body=body: workspace.call("GET", "records", body))
            base: list[float] = []
            timed(base, lambda tail=tail: plain.read(tail))
            if turn:
                found[name].ours += ours
                found[name].plain += base
                found[name].statements = len(statements)
    return found


def show(database: str, found: dict[str, Timings]) -> None:
    """Print one line per case."""
    for name, each in found.items():
        ours, plain = sorted(each.ours), sorted(each.plain)
        p50, p99, base = statistics.median(ours), ours[int(len(ours) * 0.99)], statistics.median(plain)
        print(
            f"{database:11} {name:22} {each.statements:4} {p50 * 1000:9.1f} {p99 * 1000:9.1f}"
            f" {base * 1000:9.1f} {p50 / base:7.1f}",
            flush=True,
        )


def main() -> None:
    """Measure on SQLite, then on PostgreSQL."""
    print(f"\n{RECORDS:,} records in one app; the same in a plain table")
    print(f"{'database':11} {'case':22} {'SQL':>4} {'p50 ms':>9} {'p99 ms':>9} {'plain ms':>9} {'ratio':>7}")
    for database, address in (("SQLite", None), ("PostgreSQL", running_postgres)):
        folder = Path(tempfile.mkdtemp())
        if address is None:
            run(database, "", folder)
        else:
            with address() as url:
                run(database, url, folder)


def run(database: str, url: str, folder: Path) -> None:
    """Fill a fresh database, then time the cases."""
    workspace = Workspace(url, folder)
    plain = PlainTable(workspace.engine)
    added = fill(workspace, plain)
    if workspace.engine.dialect.name == "postgresql":  # What its autovacuum does a minute later.
        with workspace.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    show(database, {f"add {BATCH} at once": added, **measure(workspace, plain)})
    workspace.engine.dispose()
