"""PostgreSQL, S3, two web servers, a worker, nginx in front, each started by itself: as the example for Compose."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, text

from marketplace.kernel.ids import new_id
from marketplace.vault.ed25519 import new_signing_key
from marketplace.vault.fernet import new_key
from tests.deploy.machine import Machine
from tests.deploy.nginx import call, running_nginx
from tests.e2e.service import few_templates
from tests.s3 import ACCESS_KEY, SECRET_KEY, running_s3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


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
