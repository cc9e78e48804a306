"""PostgreSQL, S3, two web servers, a worker, nginx in front, each started by itself: as the example for Compose."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

import pytest
from sqlalchemy import create_engine, text

from marketplace.kernel.ids import new_id
from marketplace.vault.ed25519 import new_signing_key
from marketplace.vault.fernet import new_key
from tests.deploy.nginx import call, running_nginx
from tests.e2e.service import few_templates, free_port
from tests.s3 import ACCESS_KEY, SECRET_KEY, running_s3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass
class Machine:
    """One of them: a data folder, a port, an address for those who watch."""

    folder: object
    shared: dict[str, str]
    port: int = field(default_factory=free_port)
    admin_port: int = field(default_factory=free_port)

    @property
    def environ(self):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MARKETPLACE_")}
        own = {"DATA_DIR": self.folder, "PORT": self.port, "ADMIN_PORT": self.admin_port, "LOG_FORMAT": "json"}
        return {**clean, **self.shared, **{f"MARKETPLACE_{name}": str(value) for name, value in own.items()}}

    def begin(self, *words):
        log = self.folder.with_suffix(".log")
        with log.open("ab") as out:
            command = [sys.executable, "-m", "marketplace.cli", *words]
            return subprocess.Popen(command, env=self.environ, stdout=out, stderr=out)

    def run(self, *words):
        command = [sys.executable, "-m", "marketplace.cli", *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_until_ready(self):
        deadline = time.monotonic() + 120
        while True:
            try:
                if call(self.port, "GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, self.folder.with_suffix(".log").read_text(encoding="utf-8")
            time.sleep(0.1)

    def wait_until_gone(self):
        """Return when nobody listens any more: what a killed keeper leaves ends by itself, after a while."""
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=30).close()
            except ConnectionRefusedError:
                return
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def figure(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=30) as answer:
            found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE)
        return found and float(found[1])


@pytest.fixture
def database(postgres_url):
    name = f"many_{new_id()}"
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    yield postgres_url.replace("postgresql+psycopg:", "postgresql:").replace("/yokoten_test?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def shared(database, tmp_path):
    """What every machine is told."""
    with running_s3(tmp_path) as s3:
        settings = {
            "MARKETPLACE_DATABASE_URL": database,
            "MARKETPLACE_STORAGE_URL": f"s3://yokoten/blobs?endpoint={s3.endpoint}&region=us-east-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "MARKETPLACE_SECRET_KEY": "a-secret-of-all-machines-of-the-tests",
            "MARKETPLACE_CREDENTIALS_KEYS": new_key(),
            "MARKETPLACE_SIGNING_KEYS": new_signing_key(),
            "MARKETPLACE_CATALOG_DIR": str(few_templates()),
            "MARKETPLACE_TRUSTED_PROXIES": "127.0.0.1",
        }
        subprocess.run(
            [sys.executable, "deploy/docker/make_bucket.py"], env={**os.environ, **settings}, check=True, timeout=60
        )
        yield settings


@pytest.fixture
def started():
    """Processes to end, whatever becomes of the test."""
    made = []
    yield made
    for process in made:
        process.terminate()
    for process in made:
        process.wait(60)


def seen_through(front, count=40):
    return {call(front, "GET", "/api/v1/templates")[0] for _ in range(count)}


def wait_until_asked(front, machine):
    """Return when nginx asks a machine again that it has passed over for a while."""
    deadline = time.monotonic() + 60
    while not machine.figure(REQUESTS):
        assert seen_through(front) == {200}
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_it_answers_while_one_web_server_is_gone(shared, started, tmp_path):
    machines = [Machine(tmp_path / name, shared) for name in ("web1", "web2", "worker")]
    web1, web2, worker = machines
    upgrades = [machine.begin("db", "upgrade") for machine in (web1, web2)]
    assert [upgrade.wait(300) for upgrade in upgrades] == [0, 0]
    web1.run("catalog", "load")
    started += [web1.begin("web"), web2.begin("web"), worker.begin("worker")]
    web1.wait_until_ready()
    web2.wait_until_ready()
    with running_nginx(tmp_path, web1.port, web2.port) as front:
        assert seen_through(front) == {200}
        served = [machine.figure(REQUESTS) for machine in (web1, web2)]
        assert all(served), served
        started[0].send_signal(signal.SIGKILL)
        started[0].wait(60)
        assert seen_through(front) == {200}
        web1.wait_until_gone()
        started[0] = web1.begin("web")
        web1.wait_until_ready()
        wait_until_asked(front, web1)
        started[1].send_signal(signal.SIGTERM)
        assert seen_through(front) == {200}
        assert started[1].wait(60) == 0
        found = json.loads(call(front, "GET", "/api/v1/templates")[2])
        assert len(found["items"]) == len(list(few_templates().iterdir()))
    deadline = time.monotonic() + 60
    while not (worker.figure("yokoten_workers_alive") == 1 and worker.figure(WRITTEN)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert web1.figure('yokoten_processes{role="web"}') == 2


WRITTEN = 'yokoten_jobs_total{end="done",job="write-index"}'
REQUESTS = 'yokoten_http_requests_total{method="GET",route="/api/v1/templates",status="2xx"}'
