"""One kintone for every test that only reads: three joined apps with records, on SQLite, installed once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.vault.fernet import FernetVault, new_key
from tests.fakes import FixedClock, MemoryBlobStore, RecordingOutbound, RecordingQueue
from tests.installs.factories import Worker
from tests.installs.test_builtin_workspace import BuiltIn


class Kintone:
    """A built-in workspace that plays a kintone; its settings name the user sato."""

    def __init__(self, built_in: BuiltIn, app_ids: dict[str, str]) -> None:
        self.client: KintoneClient = built_in.client
        self.app_ids = app_ids


@pytest.fixture(scope="session")
def kintone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kintone]:
    """The kintone; whoever writes to it needs one of their own."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('kintone') / 'kintone.db'}")
    schema.METADATA.create_all(engine)
    ports = Ports(MemoryBlobStore(), RecordingQueue(), RecordingOutbound(), FernetVault([new_key()]))
    worker = Worker(Sessions(engine), ports, FixedClock())
    built_in = BuiltIn(worker)
    import_id = built_in.order(sample_records=True)
    built_in.run(import_id)
    yield Kintone(built_in, worker.progress(import_id).app_ids)
    engine.dispose()
