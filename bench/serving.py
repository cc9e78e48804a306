"""What strangers read, beside a bare Flask hello on the same server with the same settings, in one run.

Three ways of asking: again and again the same; templates as people ask for them, few often and most seldom (Zipf, after
as long a time that does not count); and each time another, so that nothing is answered from memory. TEMPLATES, REVIEWS,
INSTALLATIONS and DATABASE (`sqlite`, `postgresql`) in the environment say what there is; SECONDS and ROUNDS how long
one round lasts and how often all rounds are made, one after the other. What a request costs the server in processor
time does not depend on what else runs on the machine, as rates do.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate, count
from pathlib import Path

from sqlalchemy import select

from bench.corpus import CATALOG, write_corpus
from bench.servers import processor_seconds, resident_bytes, running
from bench.use import write_use
from marketplace.app import Runtime, make_runtime
from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_folder
from marketplace.bundle.writing import write_zip
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.db.migrating import upgrade
from marketplace.db.unit_of_work import unit_of_work
from marketplace.housekeeping import take_snapshot
from marketplace.search.rebuilding import rebuild_index
from marketplace.settings import Settings
from tests.postgres import running_postgres

TEMPLATES, DATABASE = int(os.environ.get("TEMPLATES", "1000")), os.environ.get("DATABASE", "sqlite")
REVIEWS, INSTALLATIONS = int(os.environ.get("REVIEWS", "2000")), int(os.environ.get("INSTALLATIONS", "10000"))
SECONDS, ROUNDS = float(os.environ.get("SECONDS", "2")), int(os.environ.get("ROUNDS", "3"))
PORT, HELLO_PORT = 8933, 8934
SEED, ASKED = 2026, 20_000
WORDS = ("補助金", "備品", "道路", "申請", "管理", "防災", "施設予約", "会計年度任用職員", "ほじょきん", "窓口")
CATEGORIES = ("fukushi", "bosai", "sangyo", "soumu", "kensetsu")
SORTS = ("relevance", "newest", "installs", "rating")
SAME, ZIPF, ANOTHER = "the same", "Zipf", "each another"
HELLO = """\
from flask import Flask
app = Flask(__name__)
@app.get("/")
def hello():
    return {"hello": "world"}
"""
SERVER = """\
import sys
from gunicorn.app.base import BaseApplication
from marketplace.settings import Settings
from marketplace.serving.keeper import listen
from marketplace.serving.web_server import _Server, keep_out_of_collections
settings = Settings.from_env()
class Server(_Server):
    def load(self):
        if sys.argv[1] == "service":
            return super().load()
        from hello import app
        keep_out_of_collections()
        return app
Server(settings, listen(settings), None).run()
"""
"""The web server of the service with one process, around the service or around hello."""

Request = tuple[str, str]


@dataclass
class Case:
    """One row: what is asked for, and what came."""

    name: str
    way: str
    requests: list[Request]
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    """Milliseconds of processor of each request, by round."""


def main() -> None:
    """Fill a database, run both servers, and print one line per case: rate, ratio to hello, p50 and p99."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "hello.py").write_text(HELLO)
        (folder / "catalog").mkdir()
        with chosen_database() as database:
            measure(folder, database)


def measure(folder: Path, database: str) -> None:
    """Fill the database, ask everything in turn, and print the table, and what memory the web process took."""
    names = fill(folder / "var", database)
    hello = Case("Flask hello", "", [("/", "")])
    cases = list(all_cases(names))
    with (
        serving(folder, "hello", HELLO_PORT, database) as beside,
        serving(folder, "service", PORT, database) as service,
    ):
        memory = resident_bytes(service)
        for _ in range(ROUNDS):
            ask(folder, hello, HELLO_PORT, beside)
            for case in cases:
                ask(folder, case, PORT, service)
        memory += resident_bytes(service)
    show(hello, [hello, *cases])
    print("\nmemory of the web process alone, before and after:", *(f"{each / 1e6:.0f} MB" for each in memory))


def fill(folder: Path, database: str) -> list[tuple[str, str]]:
    """Make a database of invented templates and their use, whose bundles can be read; return publishers and slugs."""
    runtime = make_runtime(Settings(data_dir=folder, database_url=database))
    upgrade(runtime.engine)
    write_corpus(runtime.engine, TEMPLATES)
    write_use(runtime.engine, REVIEWS, INSTALLATIONS)
    names = store_bundles(runtime)
    rebuild_index(runtime.sessions, lambda *_: None)
    take_snapshot(runtime.sessions, runtime.ports, runtime.now)
    runtime.engine.dispose()
    return names


def store_bundles(runtime: Runtime) -> list[tuple[str, str]]:
    """Store for each template a bundle of its own: that which it was made of, under its name."""
    bundles = {each.manifest.slug: each for each in map(read_folder, _latest())}
    names = []
    with unit_of_work(runtime.sessions) as (session, _):
        rows = select(Template, TemplateVersion).join(TemplateVersion, Template.latest_version_id == TemplateVersion.id)
        for template, version in session.execute(rows.order_by(Template.id)):
            data = write_zip(renamed(bundles[template.slug.rpartition("-")[0]], template.slug))
            version.digest, version.size = runtime.ports.blobs.put(data), len(data)
            names.append((template.publisher_code, template.slug))
    return names


def _latest() -> Iterator[Path]:
    return (max(folder.iterdir()) for folder in sorted(CATALOG.iterdir()) if folder.is_dir())


def renamed(bundle: Bundle, slug: str) -> Bundle:
    """Return a bundle under another name."""
    return replace(bundle, manifest=replace(bundle.manifest, slug=slug, raw={**bundle.manifest.raw, "slug": slug}))


@contextmanager
def serving(folder: Path, what: str, port: int, database: str) -> Iterator[int]:
    """Run our web server with one process around the service or around hello, and tell its number."""
    settings = {"DATA_DIR": folder / "var", "PORT": port, "WEB_WORKERS": 1, "CATALOG_DIR": folder / "catalog"}
    settings |= {"DATABASE_URL": database, "RATE_LIMITS": "off"}
    environ = {f"MARKETPLACE_{name}": str(value) for name, value in settings.items()}
    environ["PYTHONPATH"] = f"{Path.cwd()}:{folder}"
    with running([sys.executable, "-c", SERVER, what], port, environ) as process:
        yield process


@contextmanager
def chosen_database() -> Iterator[str]:
    """Return the address of the database that was asked for: empty for SQLite in the data folder."""
    if DATABASE != "postgresql":
        yield ""
        return
    with running_postgres() as url:
        yield url


def all_cases(names: list[tuple[str, str]]) -> Iterator[Case]:
    """Make every row."""
    chance = random.Random(SEED)
    weights = list(accumulate(1 / place for place in range(1, len(names) + 1)))
    often = chance.choices(names, cum_weights=weights, k=ASKED)
    numbers = count()
    for name, address in ADDRESSES.items():
        yield Case(name, SAME, [(address(*names[0]), "")])
        yield Case(name, ZIPF, [(address(*each), "") for each in often])
        if name not in STORED:
            yield Case(name, ANOTHER, [(f"{address(*each)}?n={next(numbers)}", "") for each in _in_turn(names)])
    for name, path in LISTS.items():
        questions = list(_questions(chance, with_words="search" in name))
        weights = list(accumulate(1 / place for place in range(1, 201)))
        yield Case(name, SAME, [(path + questions[0], "")])
        yield Case(
            name, ZIPF, [(path + each, "") for each in chance.choices(questions[:200], cum_weights=weights, k=ASKED)]
        )
        yield Case(name, ANOTHER, [(path + each, "") for each in questions])
    template = ADDRESSES["API: template"]
    yield Case("304 of template", SAME, [(template(*names[0]), "?")])
    yield Case("304 of template", ZIPF, [(template(*each), "?") for each in often])
    yield Case("304 of template", ANOTHER, [(f"{template(*each)}?n={next(numbers)}", "?") for each in _in_turn(names)])


ADDRESSES: dict[str, Callable[[str, str], str]] = {
    "API: version": lambda publisher, slug: f"/api/v1/templates/{publisher}/{slug}/versions/1.0.0",
    "API: template": lambda publisher, slug: f"/api/v1/templates/{publisher}/{slug}",
    "API: bundle": lambda publisher, slug: f"/api/v1/templates/{publisher}/{slug}/versions/1.0.0/bundle",
    "page: template": lambda publisher, slug: f"/templates/{publisher}/{slug}",
}
STORED = {"API: bundle"}
"""What comes from the storage each time, however it is asked for."""
LISTS = {
    "API: list": "/api/v1/templates",
    "API: search": "/api/v1/templates",
    "page: list": "/templates",
}


def _in_turn(names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [names[at % len(names)] for at in range(ASKED)]


def _questions(chance: random.Random, *, with_words: bool) -> Iterator[str]:
    """Make queries that a list takes, none of them twice."""
    given = [
        {"category": category, "sort": sort, "limit": limit, "personal_data": personal}
        for category in CATEGORIES
        for sort in SORTS
        for limit in range(1, 101)
        for personal in ("true", "false")
    ]
    chance.shuffle(given)
    yield "?" + urllib.parse.urlencode({"q": WORDS[0]}) if with_words else ""
    for at, each in enumerate(given):
        words = {"q": WORDS[at % len(WORDS)]} if with_words else {}
        yield "?" + urllib.parse.urlencode({**words, **each})


def ask(folder: Path, case: Case, port: int, server: int) -> None:
    """Let a process of its own send the requests of a case for one round; each answer must be what was asked for."""
    requests = case.requests
    if requests[0][1]:
        requests = list(_with_etags(requests, port))
    file = folder / "requests.json"
    # Each round begins elsewhere, so that what is to be another each time is so in the next round, too.
    begin = len(case.rates) * len(requests) // ROUNDS
    file.write_text(json.dumps(requests[begin:] + requests[:begin]), "utf-8")
    command = [sys.executable, "-m", "bench.load", str(port), str(SECONDS), str(file)]
    if case.way == ZIPF:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    before = processor_seconds(server)
    came = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    expected = "304" if case.requests[0][1] else "200"
    if set(came["statuses"]) != {expected}:
        raise SystemExit(f"{case.name}, {case.way}: {came['statuses']}")
    case.costs.append((processor_seconds(server) - before) * 1_000 / len(came["times"]))
    case.rates.append(len(came["times"]) / SECONDS)
    case.times += came["times"]


def _with_etags(requests: list[Request], port: int) -> Iterator[Request]:
    known: dict[str, str] = {}
    for path, _ in requests:
        place = path.partition("?")[0]
        if place not in known:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}") as answer:
                known[place] = answer.headers["ETag"]
        yield path, known[place]


def show(hello: Case, cases: list[Case]) -> None:
    """Print the table."""
    base, least = statistics.median(hello.rates), statistics.median(hello.costs)
    about = f"{TEMPLATES:,} templates, {REVIEWS:,} reviews, {INSTALLATIONS:,} installations, {DATABASE}"
    print(f"{about}; {ROUNDS} rounds of {SECONDS} s\n")
    print("| case | asked | req/s | beside hello | p50 ms | p99 ms | processor ms | beside hello |")
    print("|---|---|---|---|---|---|---|---|")
    for case in cases:
        rate, times, cost = statistics.median(case.rates), sorted(case.times), statistics.median(case.costs)
        p50, p99 = times[len(times) // 2] * 1_000, times[int(len(times) * 0.99)] * 1_000
        print(
            f"| {case.name} | {case.way} | {rate:,.0f} | {rate / base:.2f} | {p50:.1f} | {p99:.1f}"
            f" | {cost:.2f} | {least / cost:.2f} |"
        )
