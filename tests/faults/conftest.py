"""Services to bring misfortune to: one on files, one on servers of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.conftest import app, mounted, world  # noqa: F401 - fixtures
from tests.e2e.service import Service
from tests.faults.servers import Postgres, make_bucket, restartable_postgres
from tests.s3 import S3Server, running_s3


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL that may be stopped."""
    with restartable_postgres() as made:
        yield made


@pytest.fixture
def postgres(postgres_server) -> Postgres:
    """The same with an empty database."""
    postgres_server.make_database()
    return postgres_server


@pytest.fixture(scope="session")
def bucket(tmp_path_factory) -> Iterator[S3Server]:
    """A real S3 server with a bucket."""
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        make_bucket(server.endpoint)
        yield server


@pytest.fixture
def on_files(tmp_path) -> Iterator[Service]:
    """A service on SQLite and a folder."""
    service = Service(tmp_path / "var")
    service.start()
    yield service
    service.kill_all()
