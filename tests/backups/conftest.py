"""Services to back up and to restore into."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backups.sites import Site, fill, make_site
from tests.contract.conftest import s3_server

__all__ = ["s3_server"]


@pytest.fixture
def new_site(request, tmp_path) -> Callable[..., Site]:
    """Make an empty service of a kind."""

    def make(name: str, *kinds: str) -> Site:
        return make_site(request, tmp_path / name, *kinds)

    return make


@pytest.fixture(scope="session")
def filled(request, tmp_path_factory) -> Path:
    """The data folder of a service with rows in every table."""
    return fill(make_site(request, tmp_path_factory.mktemp("filled") / "site")).data_dir


@pytest.fixture
def site(new_site, filled) -> Site:
    """A service on SQLite and the local disk with rows in every table."""
    made = new_site("site")
    shutil.copytree(filled, made.data_dir)
    return made


@pytest.fixture
def empty(new_site) -> Site:
    """A machine on which the service never ran."""
    return new_site("empty")
