"""The service as a web process runs it, with answers kept, on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace import schema
from marketplace.app import Runtime, make_app, make_runtime
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.answer_cache import AnswerCache
from marketplace.edge.app import MarketplaceApp
from marketplace.settings import Settings
from tests.accounts.factories import PASSWORD, make_person
from tests.municipalities.factories import MIHON, make_member, make_municipality
from tests.web.factories import World


class Served:
    """A web process whose answers are kept, and what is put into its database."""

    def __init__(self, folder: Path, **settings: object) -> None:
        """Begin with an empty database; every answer asks it whether something has changed."""
        chosen = {"answer_check_milliseconds": 0, "secret_key": "of the tests", **settings}
        self.runtime: Runtime = make_runtime(Settings(data_dir=folder, **chosen))  # type: ignore[arg-type]
        schema.METADATA.create_all(self.runtime.engine)
        self.app: MarketplaceApp = make_app(self.runtime, keeps_answers=True)
        self.cache: AnswerCache = self.app.wsgi_app.inner  # type: ignore[attr-defined]
        self.plain = self.cache.inner
        self.world = World(self.app)

    def client(self, *, use_cookies: bool = True) -> FlaskClient:
        """Return a browser that keeps nothing but cookies; without them it sends those it is told to."""
        return self.app.test_client(use_cookies=use_cookies)

    def member(self) -> FlaskClient:
        """Return a browser in which a member of みほん市 has signed in."""
        with unit_of_work(self.runtime.sessions) as (session, _):
            make_municipality(session, MIHON)
            person = make_person(session)
            make_member(session, MIHON, "admin", person_id=person.id)
        client = self.client()
        assert client.post("/sign-in", data={"email": person.email, "password": PASSWORD}).status_code == 303
        return client

    def change(self, *statements: object) -> None:
        """Write something, as another process would: this one is not told."""
        change = self.runtime.sessions.last_change
        with unit_of_work(self.runtime.sessions) as (session, _):
            _execute(session, statements)
        self.runtime.sessions.last_change = change

    def outcome(self, path: str, **options: object) -> str:
        """Tell what became of a request in the cache: hit, miss, stale or passed."""
        counts = self.cache.counts
        before = {name: getattr(counts, name) for name in ("hit", "miss", "stale", "passed")}
        self.client(use_cookies=False).open(path, **options)
        (changed,) = [name for name, count in before.items() if getattr(counts, name) != count]
        return changed


def _execute(session: Session, statements: tuple[object, ...]) -> None:
    for statement in statements:
        session.execute(statement)  # type: ignore[call-overload]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A web process of the test's own with one template."""
    made = Served(tmp_path)
    made.world.release()
    yield made
    made.runtime.engine.dispose()
