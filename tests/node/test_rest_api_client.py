"""The official JavaScript client works against a built-in workspace over real HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.clock import utc_now
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from tests.fakes import MemoryBlobStore, RecordingQueue
from tests.node.client import FOLDER, install_client

SITE, LOGIN, PASSWORD = "shimotsuma", "admin", "correct-horse"
TYPES = FOLDER / "node_modules" / "@kintone" / "rest-api-client" / "lib" / "src" / "client"
PARTS = {
    "app": "AppClient",
    "record": "RecordClient",
    "space": "SpaceClient",
    "file": "FileClient",
    "plugin": "PluginClient",
}
NOT_OFFERED = {"search"}
"""Methods whose API the workspace doesn't offer, as docs/kintone-compatibility.md says."""
MADE_ELSEWHERE = {
    "app.evaluateRecordsAcl",
    "record.addRecordComment",
    "record.createCursor",
    "record.deleteCursor",
    "record.deleteRecordComment",
    "record.getAllRecordsWithCursor",
    "record.getRecordComments",
    "record.getRecordsByCursor",
}
"""Methods whose API is still being made; empty once they are."""


@pytest.fixture(scope="module")
def client_installed() -> None:
    """Install the client from the lock file, once per checkout."""
    install_client()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve a site over HTTP; the client accepts no other plain host than localhost."""
    engine = make_engine(f"sqlite:///{tmp_path / 'site.db'}")
    schema.METADATA.create_all(engine)
    sessions = Sessions(engine)
    with unit_of_work(sessions) as (session, _):
        sites.create_site(session, SITE, "下妻市", utc_now())
        sites.add_user(session, SITE, LOGIN, "管理者", PASSWORD, is_admin=True)
    app = MarketplaceApp(sessions=sessions, ports=Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue()), now=utc_now)
    app.mount(blueprint, site_caller)
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/w/{SITE}"
    server.shutdown()
    thread.join()
    server.server_close()
    engine.dispose()


def methods_of_the_client() -> set[str]:
    """Every method that the official client offers, as its own types declare them."""
    declared = {
        f"{part}.{name}"
        for part, kind in PARTS.items()
        for name in re.findall(r"^    (\w+)[<(]", (TYPES / f"{kind}.d.ts").read_text(encoding="utf-8"), re.MULTILINE)
        if name != "constructor"
    }
    return declared | {"bulkRequest", "search"}


@pytest.mark.usefixtures("client_installed")
@pytest.mark.timeout(300)
def test_the_official_client_finds_a_kintone_and_all_its_methods_are_tried(address: str, tmp_path: Path):
    called = tmp_path / "called"
    called.mkdir()
    environment = {**os.environ, "BASE_URL": address, "LOGIN": LOGIN, "PASSWORD": PASSWORD, "CALLED": str(called)}
    files = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("workspace/*.test.js"))
    command = ["node", "--test", "--test-reporter=tap", *files]
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
    tried = {name for path in called.iterdir() for name in json.loads(path.read_text(encoding="utf-8"))}
    assert methods_of_the_client() - tried == NOT_OFFERED | MADE_ELSEWHERE


def test_what_is_not_offered_is_documented():
    document = Path("docs/kintone-compatibility.md").read_text(encoding="utf-8")
    assert {name for name in NOT_OFFERED if f"`{name}" not in document} == set()
