"""Two machines bring the database up to date at once: one does it, the other waits and finds it done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, make_url, text

from marketplace.db.engine import make_engine
from marketplace.db.migrating import is_current
from marketplace.kernel.ids import new_id


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shared.db'}"
        return
    url, name = make_url(request.getfixturevalue("postgres_url")), f"machines_{new_id()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    yield url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_processes_may_migrate_at_once(address, tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MARKETPLACE_")}

    def begin(number):
        environ = {**clean, "MARKETPLACE_DATABASE_URL": address, "MARKETPLACE_DATA_DIR": str(tmp_path / str(number))}
        command = [sys.executable, "-m", "marketplace.cli", "db", "upgrade"]
        return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    machines = [begin(number) for number in range(3)]
    told = [machine.communicate(timeout=240)[0] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0, 0], told
    engine = make_engine(address)
    with engine.connect() as connection:
        assert is_current(connection)
        assert connection.scalar(text("SELECT count(*) FROM schema_reach")) == 1
    engine.dispose()
