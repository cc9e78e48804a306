"""Public pages while a real database lets nobody in, and after it does again."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, make_url, text, update

from marketplace.catalog.models import Template
from marketplace.edge import revision_watch
from tests.edge.conftest import Served
from tests.own_database import own_database
from tests.web.factories import PAGE

pytestmark = pytest.mark.slow
API = f"/api/v1{PAGE}"


@pytest.fixture
def database(request, tmp_path):
    """The address of a PostgreSQL database of the test's own, and a connection that may shut it."""
    with own_database(request, tmp_path, "postgresql") as own:
        admin = create_engine(make_url(request.getfixturevalue("postgres_url")), isolation_level="AUTOCOMMIT")
        yield own.url.render_as_string(hide_password=False), admin
        admin.dispose()


def test_public_pages_are_read_while_it_is_shut_and_are_new_again_afterwards(database, tmp_path, monkeypatch):
    address, admin = database
    monkeypatch.setattr(revision_watch, "PAUSE_SECONDS", 0)
    served = Served(tmp_path / "service", database_url=address)
    served.world.release()
    fresh = served.client().get(API)
    shut(admin, address)
    stale = served.client().get(API)
    assert (stale.status_code, stale.data, "Age" in stale.headers) == (200, fresh.data, True)
    known = served.client().get(API, headers={"If-None-Match": fresh.headers["ETag"]})
    assert known.status_code == 304
    assert served.client().get("/stories").status_code == 503
    assert served.cache.counts.stale == 2
    open_again(admin, address)
    served.change(update(Template).values(name_ja="改めた名前"))
    after = served.client().get(API)
    assert (after.json["name"]["ja"], "Age" in after.headers) == ("改めた名前", False)
    served.runtime.engine.dispose()


def shut(admin, address: str) -> None:
    name = make_url(address).database
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(ended, {"name": name})


def open_again(admin, address: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{make_url(address).database}" ALLOW_CONNECTIONS true'))
