"""Whole services to back up and restore into, on each database and each storage, with a row or two in every table."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy import Column, Engine, Table, create_engine, make_url, text

from marketplace import schema
from marketplace.cli.main import main
from marketplace.cli.outcomes import Outcome
from marketplace.db.engine import make_engine
from marketplace.db.migrating import upgrade
from marketplace.kernel.ids import new_id
from marketplace.kernel.ports import BlobStore
from marketplace.secret import open_vault
from marketplace.settings import Settings
from marketplace.storage import open_blob_store
from marketplace.storage.keeping import blob_columns
from tests.contract.conftest import BUCKET
from tests.s3 import ACCESS_KEY, SECRET_KEY

ROWS = (1, 2)
NOT_CARRIED = {
    *("blob_holds", "command_outcomes", "index_state", "public_state", "schema_reach", "search_snapshots"),
    *("sign_in_sessions", "unfinished_restore", "worker_beats"),
}
MADE_ANEW = {"public_state", "schema_reach", "unfinished_restore"}
"""What a restore and its migrations write, and a table that is gone at its end."""
OF_THE_ACT = {"audit_events", "search_state", "search_revisions"}
"""What a restore itself writes to."""


@dataclass
class Site:
    """One service: its settings, and commands typed at it."""

    data_dir: Path
    database: str
    storage: str
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, database_url=self.database, storage_url=self.storage)

    @property
    def variables(self) -> dict[str, str]:
        return {
            "MARKETPLACE_DATA_DIR": str(self.data_dir),
            "MARKETPLACE_DATABASE_URL": self.database,
            "MARKETPLACE_STORAGE_URL": self.storage,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "LANG": "ja_JP.UTF-8",
            **self.environ,
        }

    @contextmanager
    def open(self) -> Iterator[Engine]:
        """Open the database."""
        engine = make_engine(self.settings.database)
        yield engine
        engine.dispose()

    @property
    def blobs(self) -> BlobStore:
        return open_blob_store(self.settings.storage)

    def __call__(self, *words: object, exit_code: int = Outcome.DONE) -> Result:
        """Type a command; fail if it ends with another exit code than the one given."""
        result = CliRunner().invoke(main, [str(word) for word in words], env=self.variables, prog_name="yokoten")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    def json(self, *words: object, exit_code: int = Outcome.DONE) -> Any:
        return json.loads(self(*words, "--json", exit_code=exit_code).stdout)

    def killed_at(self, place: str, *words: object, call: int = 1, after: bool = False) -> None:
        """Type a command in a process of its own, which is killed at one call of a function of ours."""
        result = self.in_process(KILLING.format(place=place, call=call, after=after), *words)
        assert result.returncode == -9, result.stdout + result.stderr

    def in_process(self, prepared: str, *words: object) -> subprocess.CompletedProcess[str]:
        """Type a command in a process of its own that does something else first."""
        program = f"{prepared}\nfrom marketplace.cli.main import main\nmain()"
        command = [sys.executable, "-c", program, *map(str, words)]
        environ = {**os.environ, **self.variables, "PYTHONUTF8": "1"}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=90, check=False)

    def rows(self) -> dict[str, list[Any]]:
        """Return what every table holds, as the service reads it."""
        with self.open() as engine, engine.connect() as connection:
            return {
                table.name: sorted(connection.execute(sa.select(table)).all(), key=repr)
                for table in schema.METADATA.sorted_tables
                if table.name not in NOT_CARRIED | OF_THE_ACT
            }

    def count(self, statement: str) -> Any:
        with self.open() as engine, engine.connect() as connection:
            return connection.scalar(text(statement))

    def execute(self, *statements: str) -> None:
        with self.open() as engine, engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))


KILLING = """
import importlib, os, signal
import marketplace.schema
module, _, name = "{place}".partition(":")
owner = importlib.import_module(module)
*path, last = name.split(".")
for each in path:
    owner = getattr(owner, each)
real, calls = getattr(owner, last), 0
def dying(*args, **options):
    global calls
    calls += 1
    if calls == {call} and not {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **options)
    if calls == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, last, dying)
"""


def make_site(request: pytest.FixtureRequest, folder: Path, database: str = "sqlite", storage: str = "local") -> Site:
    """Return an empty service; `database` is sqlite or postgresql, `storage` local or s3."""
    folder.mkdir(parents=True)
    url = ""
    if database == "postgresql":
        url = new_database(request)
    where = ""
    if storage == "s3":
        server = request.getfixturevalue("s3_server")
        where = f"s3://{BUCKET}/{new_id()}?endpoint={server.endpoint}"
        os.environ |= {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    return Site(folder / "var", url, where)


def new_database(request: pytest.FixtureRequest) -> str:
    """Make an empty database on the PostgreSQL of the tests and return its address."""
    address, name = make_url(request.getfixturevalue("postgres_url")), f"backup_{new_id()}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    admin.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


def fill(site: Site) -> Site:
    """Put rows into every table, whatever its columns, and store the blobs that they name."""
    site.data_dir.mkdir(mode=0o700)
    vault, store = open_vault(site.settings), site.blobs
    naming = {column.table.name for column in blob_columns(schema.METADATA.sorted_tables)}
    with site.open() as engine:
        upgrade(engine)
    with site.open() as engine, engine.begin() as connection:
        for table in schema.METADATA.sorted_tables:
            connection.execute(table.delete())
            for number in ROWS:
                row = {column.name: value_of(column, number, vault.seal) for column in table.columns}
                if table.name == "abandoned_blobs":
                    row["digest"] = f"{number:064x}"
                if table.name in naming:
                    row["digest"] = store.put(blob_of(number))
                connection.execute(sa.insert(table).values({**row, **SPECIAL.get(table.name, {})}))
                if table.name in SINGLE:
                    break
    return site


SINGLE = {"search_state", "search_snapshots"}
SPECIAL: dict[str, dict[str, Any]] = {
    "search_entries": {"texts": {"title": ["補助金の受付"]}, "facets": {}, "figures": {}, "is_removed": False},
    "workspaces": {"kind": "builtin"},
    "search_state": {"id": 1, "revision": 2, "analysis": 1, "fresh_analysis": None, "fresh_filled": 0},
    "search_snapshots": {"packed": b""},
}


def blob_of(number: int) -> bytes:
    """Return what the blobs hold that rows name."""
    return f"ファイル {number}".encode() * 1000


def digest_of(number: int) -> str:
    return hashlib.sha256(blob_of(number)).hexdigest()


def value_of(column: Column[Any], number: int, seal: Callable[[str], str]) -> Any:
    """Return a value that suits a column, different in each row, the same for those who refer to it."""
    for key in column.foreign_keys:
        return value_of(key.column, number, seal)
    if column.name.startswith("sealed") and isinstance(column.type, sa.String):
        return seal(f"秘密 {number}")
    table = column.table
    assert isinstance(table, Table)
    return _of_type(column, table, number)


def _of_type(column: Column[Any], table: Table, number: int) -> Any:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class or kind.enums))
    if isinstance(kind, sa.JSON):
        nothing = sa.null() if column.nullable else sa.JSON.NULL
        return {"数": [number, 1.5, None], "𠮷": '"\\'} if number == 1 else nothing
    if "DateTime" in type(kind).__name__:
        return datetime(2026, 4, number, 12, 30, 15, 123456, tzinfo=UTC)
    others = {
        sa.Boolean: number == 1,
        sa.Integer: number,
        sa.Float: number / 3,
        sa.LargeBinary: bytes([0, 255, number]),
        sa.String: f"{table.name}-{column.name}-{number}\n改行\t\\「{number}」",
    }
    return next(value for each, value in others.items() if isinstance(kind, each))
