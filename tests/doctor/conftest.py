"""A service in which nothing disagrees, to plant disagreements in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.app import make_runtime
from marketplace.cli.service import load
from marketplace.db.migrating import upgrade
from marketplace.demo.preparing import prepare_demo
from marketplace.settings import Settings
from tests.backups.sites import Site, make_site
from tests.e2e.service import few_templates


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """The data folder of a service with some templates, stories, wishes and a workspace, on which the worker ran."""
    folder = tmp_path_factory.mktemp("prepared") / "var"
    runtime = make_runtime(Settings(data_dir=folder, catalog_dir=few_templates()))
    upgrade(runtime.engine)
    load(runtime)
    prepare_demo(runtime)
    runtime.engine.dispose()
    site = Site(folder, "", "")
    # A look at all the municipalities of Japan takes most of the doctor's time, and tells nothing more.
    site.execute("DELETE FROM municipalities WHERE prefecture NOT IN ('東京都', '架空県', '') AND NOT fictitious")
    site("catalog", "index")
    site("doctor", "--mend", exit_code=1)  # the housekeeping was never done
    return folder


@pytest.fixture
def healthy(request, tmp_path, prepared) -> Site:
    """A copy of that service."""
    site = make_site(request, tmp_path / "site")
    shutil.copytree(prepared, site.data_dir)
    return site


@pytest.fixture
def healthy_on_postgres(request, tmp_path, healthy) -> Site:
    """The same service on PostgreSQL."""
    site = make_site(request, tmp_path / "postgres", "postgresql")
    healthy("backup", tmp_path / "b.tar", "--with-keys")
    site("restore", tmp_path / "b.tar")
    site("catalog", "index")
    return site


@pytest.fixture
def codes() -> Callable[[dict], list[str]]:
    """Tell findings apart by code."""
    return lambda told: sorted(each["code"] for each in told["findings"])
