"""Fixtures every test may use; each test that touches the database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from marketplace import schema
from marketplace.accounts import passwords
from marketplace.db.engine import make_engine
from marketplace.db.public_revision import TELL, CountingSession
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.telemetry.logs import StderrHandler
from marketplace.vault.ed25519 import Ed25519Signer, new_signing_key
from marketplace.vault.fernet import FernetVault, new_key
from tests.fakes import FixedClock, MemoryBlobStore, RecordingOutbound, RecordingQueue
from tests.postgres import running_postgres

ADAPTERS = frozenset({"contract", "db", "idempotency", "jobs", "search", "storage"})
"""Folders whose tests are about the database itself; they run on both in `make test`."""


SAMPLED = 8
"""Of the first-party templates one in so many is tried on PostgreSQL too: what differs there does not lie in them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most of what runs on PostgreSQL to the slow tests, and most first-party templates there to SQLite."""
    left = [item for item in items if _is_on_postgres(item) and not _is_sampled(item)]
    config.hook.pytest_deselected(items=left)
    spared = set(left)
    items[:] = [item for item in items if item not in spared]
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder not in ADAPTERS and _is_on_postgres(item):
            item.add_marker(pytest.mark.slow)


def _is_on_postgres(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("engine") == "postgresql"


def _is_sampled(item: pytest.Item) -> bool:
    folder = item.callspec.params.get("folder")  # type: ignore[attr-defined]
    return not isinstance(folder, Path) or folder.parent.name in _sampled_slugs()


@cache
def _sampled_slugs() -> frozenset[str]:
    catalog = Path(__file__).parents[1] / "templates_catalog"
    return frozenset(sorted(folder.name for folder in catalog.iterdir() if folder.is_dir())[::SAMPLED])


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Let argon2, slow on purpose, take little time in every test, and hand out the one that the service has."""
    with pytest.MonkeyPatch.context() as patch:
        real = passwords._HASHER
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield real


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of an empty database on a real PostgreSQL."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on each database in turn, with every table."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("database")
        made = make_engine(f"sqlite:///{folder / 'test.db'}")
    else:
        made = make_engine(request.getfixturevalue("postgres_url"))
    schema.METADATA.create_all(made)
    yield made
    made.dispose()


class ConnectionSessions(Sessions):
    """Sessions on one connection inside an outer transaction: commits are savepoints, and all is undone at the end."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine)
        self.connection = connection

    def open(self, *, writes: bool) -> Session:  # noqa: ARG002 - the outer transaction already writes
        return CountingSession(
            self.connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            info={TELL: self._note_change},
        )


@contextmanager
def undone(engine: Engine) -> Iterator[Sessions]:
    """Roll back at the end whatever units of work commit."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield ConnectionSessions(connection)
        outer.rollback()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[Sessions]:
    """What units of work open their sessions from; everything is rolled back after the test."""
    with undone(engine) as made:
        yield made


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    """One session of the test's transaction."""
    with sessions.open(writes=True) as opened:
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until it is moved."""
    return FixedClock()


def make_ports() -> Ports:
    """Make ports without a network: blobs in memory, jobs and calls written down."""
    return Ports(
        blobs=MemoryBlobStore(),
        jobs=RecordingQueue(),
        outbound=RecordingOutbound(),
        vault=FernetVault([new_key()]),
        signer=Ed25519Signer([new_signing_key()]),
    )


@pytest.fixture
def ports() -> Ports:
    """What a test's service is wired to."""
    return make_ports()


@pytest.fixture
def context_of(session: Session, clock: FixedClock, ports: Ports) -> Callable[[Actor], Context]:
    """Make a context for any actor; effects left for after the commit run at once."""

    def make(actor: Actor) -> Context:
        return Context(session=session, actor=actor, now=clock, after_commit=lambda effect: effect(), ports=ports)

    return make


@pytest.fixture
def ctx(context_of: Callable[[Actor], Context]) -> Context:
    """The context of the system itself, which may do everything."""
    return context_of(SYSTEM)


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Take back what a command set up for the log of its whole process."""
    root = logging.getLogger()
    yield
    for handler in [each for each in root.handlers if isinstance(each, StderrHandler)]:
        root.removeHandler(handler)
