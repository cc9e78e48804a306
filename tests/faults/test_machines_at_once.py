"""Several machines prepare one database at the same moment, in processes of their own; none fails."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import text

from marketplace.db.engine import make_engine
from marketplace.db.migrating import is_current
from tests.e2e.service import Service, few_templates

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
MACHINES = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def machines(request, tmp_path):
    """Machines with one database: on SQLite they share a folder, too."""
    if request.param == "sqlite":
        return [Service(tmp_path / "var") for _ in range(MACHINES)]
    environ = {"MARKETPLACE_DATABASE_URL": request.getfixturevalue("postgres").address}
    environ["MARKETPLACE_STORAGE_URL"] = f"file://{tmp_path / 'shared'}"
    return [Service(tmp_path / str(number) / "var", environ=environ) for number in range(MACHINES)]


def type_at_once(machines, *words):
    """Give a command on every machine at the same moment, and let each end well."""
    command = [sys.executable, "-m", "marketplace.cli", *words]
    running = [
        subprocess.Popen(command, env=machine.settings(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for machine in machines
    ]
    outputs = [process.communicate(timeout=300)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0] * len(machines), outputs


def test_machines_may_migrate_and_load_the_catalog_at_once(machines):
    type_at_once(machines, "db", "upgrade")
    type_at_once(machines, "catalog", "load")
    settings = machines[0].settings()
    address = settings.get("MARKETPLACE_DATABASE_URL", f"sqlite:///{machines[0].data_dir / 'yokoten.db'}")
    engine = make_engine(address)
    with engine.connect() as connection:
        assert is_current(connection)
        slugs = connection.scalars(text("SELECT slug FROM templates ORDER BY slug")).all()
        released = connection.scalar(text("SELECT count(*) FROM audit_events WHERE act = 'version.released'"))
        versions = connection.scalar(text("SELECT count(*) FROM template_versions"))
    engine.dispose()
    folders = list(few_templates().iterdir())
    assert slugs == sorted(folder.name for folder in folders)
    assert versions == sum(1 for folder in folders for _version in folder.iterdir())
    assert released in {0, versions}
