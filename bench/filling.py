"""Databases of invented templates, their bundles and their use: filled once, and kept if FILLED names a folder.

The folder has one of its own for each database and number of templates, reviews and installations, and the bundles,
which are the same on both databases, only once. What a killed run left half filled is thrown away; a database that is
used again is brought to the schema of today first.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select, text

from bench.bundles import write_bundles
from bench.corpus import write_corpus
from bench.neighbours import write_neighbours
from bench.use import write_use
from marketplace.app import Runtime, make_runtime
from marketplace.catalog.models import Template
from marketplace.db.migrating import upgrade
from marketplace.db.unit_of_work import unit_of_work
from marketplace.housekeeping import take_snapshot
from marketplace.search.rebuilding import rebuild_index
from marketplace.search.services import is_current
from marketplace.settings import Settings
from tests.postgres import running_postgres

FILLED = os.environ.get("FILLED", "")
REVIEWS, INSTALLATIONS = int(os.environ.get("REVIEWS", "2000")), int(os.environ.get("INSTALLATIONS", "10000"))
SQLITE, POSTGRESQL = "sqlite", "postgresql"
HASTILY = {
    SQLITE: ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -200000"),
    POSTGRESQL: ("SET synchronous_commit = off", "SET session_replication_role = replica"),
}
"""What is filled in is worth nothing until all of it is there, and refers to nothing that is not."""
IS_WHOLE = "filled"
"""The file that tells that nothing is missing."""

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled database, as the settings of a service name it, and what there is to be asked for."""

    database: str
    templates: int
    folder: Path
    """Of what belongs to this database alone."""
    url: str
    """Empty for SQLite in the data folder."""
    blobs: Path
    names: list[Name]
    """Publishers and slugs in an order that tells nothing."""

    @property
    def data_dir(self) -> Path:
        """The data folder of a service."""
        return self.folder / "var"

    def settings(self) -> Settings:
        """Return the settings of a service with this database."""
        return _settings(self.folder, self.url, self.blobs)


@contextmanager
def filled(database: str, templates: int, *, kept: str = FILLED) -> Iterator[Filled]:
    """Fill a database, or take the one that was kept, and let it run until the block ends."""
    with tempfile.TemporaryDirectory(prefix="bench-") if not kept else nullcontext(kept) as place:
        folder = Path(place) / f"{database}-{templates}-{REVIEWS}-{INSTALLATIONS}"
        blobs = Path(place) / f"blobs-{templates}"
        is_whole = (folder / IS_WHOLE).exists()
        if not is_whole:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        with running_postgres(folder / "server") if database == POSTGRESQL else nullcontext("") as url:
            if not is_whole:
                _fill(make_runtime(_settings(folder, url, blobs)), templates, blobs)
                (folder / IS_WHOLE).touch()
            runtime = make_runtime(_settings(folder, url, blobs))
            _bring_up_to_date(runtime)
            names = _names(runtime)
            runtime.engine.dispose()
            yield Filled(database, templates, folder, url, blobs, names)


def _settings(folder: Path, url: str, blobs: Path) -> Settings:
    return Settings(data_dir=folder / "var", database_url=url, storage_url=f"file://{blobs.resolve()}")


def _fill(runtime: Runtime, templates: int, blobs: Path) -> None:
    """Make everything that a service of this size would hold, and tell how long each part took."""
    event.listen(runtime.engine, "connect", partial(_hurry, runtime.engine.dialect.name))
    parts: dict[str, Callable[[], object]] = {
        "schema": lambda: upgrade(runtime.engine),
        "templates": lambda: write_corpus(runtime.engine, templates),
        "neighbours": lambda: write_neighbours(runtime.engine),
        "use": lambda: write_use(runtime.engine, REVIEWS, INSTALLATIONS),
        "bundles": lambda: write_bundles(runtime, blobs),
        "index": lambda: rebuild_index(runtime.sessions, lambda *_: None),
        "columns": lambda: take_snapshot(runtime.sessions, runtime.ports, runtime.now),
        "statistics": lambda: tidy(runtime.engine),
    }
    for name, make in parts.items():
        begun, worked = time.perf_counter(), time.process_time()
        make()
        seconds, processor = time.perf_counter() - begun, time.process_time() - worked
        print(f"filled {name}: {seconds:.1f} s, {processor:.1f} s of processor", file=sys.stderr, flush=True)
    runtime.engine.dispose()


def _hurry(dialect: str, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for each in HASTILY[dialect]:
        cursor.execute(each)
    cursor.close()
    connection.commit()


def _bring_up_to_date(runtime: Runtime) -> None:
    """Do what a service does when it starts with a newer program."""
    upgrade(runtime.engine)
    with runtime.unit_of_work() as ctx:
        has_index = is_current(ctx)
    if not has_index:
        rebuild_index(runtime.sessions, lambda *_: None)
        take_snapshot(runtime.sessions, runtime.ports, runtime.now)


def tidy(engine: Engine) -> None:
    """Do what autovacuum does a minute later."""
    if engine.dialect.name == POSTGRESQL:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _names(runtime: Runtime) -> list[Name]:
    with unit_of_work(runtime.sessions, writes=False) as (session, _):
        rows = session.execute(select(Template.publisher_code, Template.slug).order_by(Template.id))
        return [(publisher, slug) for publisher, slug in rows]


def main() -> None:
    """Fill what is named: `FILLED=/folder python -m bench.filling sqlite 20000`."""
    if not FILLED:
        raise SystemExit("FILLED names no folder")
    database, templates = sys.argv[1:]
    with filled(database, int(templates)) as made:
        print(f"{made.folder}: {len(made.names):,} templates")


if __name__ == "__main__":
    main()
