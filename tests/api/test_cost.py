"""Reading costs the same number of statements however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.api.factories import OWN, PUBLISHER, SLUG, TEMPLATE, with_fields
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.community.factories import story_data

STATEMENTS = {
    "/api/v1/templates": 3,
    "/api/v1/templates?sort=newest&limit=100": 3,
    "/api/v1/templates?category=sangyo&category=bosai&publisher=993018&publisher=993026": 3,
    "/api/v1/suggestions?q=申請": 3,
    "/api/v1/municipalities": 3,
    "/api/v1/municipalities?q=公開&sharing=publishes&sharing=uses": 4,
    f"/api/v1/municipalities/{PUBLISHER}": 7,
    TEMPLATE: 3,
    f"{TEMPLATE}/similar": 2,
    f"{TEMPLATE}/versions": 2,
    f"{TEMPLATE}/versions/1.0.0": 1,
    f"{TEMPLATE}/versions/1.0.0/bundle": 1,
    f"{TEMPLATE}/reviews": 3,
    "/api/v1/stories": 2,
    "/api/v1/wanted-apps?sort=votes": 2,
}
OWN_STATEMENTS = {"/api/v1/installations": 2, "/api/v1/workspaces": 2, "/api/v1/drafts": 2, "/api/v1/tokens": 2}
"""One of these recognises the token."""


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that go to the database, without those that steer transactions."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("size", [1, 8])
def test_public_reads_take_a_known_number_of_statements(engine, world, stranger, size):
    teller = world.caller()
    for number in range(size):
        world.release(with_fields("1.0.0", "件名", slug=SLUG if number == 0 else f"template-{number}"), PUBLISHER)
        apps = {f"app-{each}": make_app(f"申請{each}", make_field("NUMBER", "数")) for each in range(number + 1)}
        slugs = [SLUG, *(f"template-{each}" for each in range(1, number + 1))]
        members = [{"template": slug, "version": "1.0.0", "apps": [f"app-{at}"]} for at, slug in enumerate(slugs)]
        world.release(make_bundle(apps, slug=f"set-{number}", includes=members), PUBLISHER)
        teller.post("/api/v1/stories", 201, json=story_data(template=f"{PUBLISHER}/{SLUG}"))
    largest = f"/api/v1/templates/{PUBLISHER}/set-{size - 1}"
    assert len(stranger.get(largest).json["includes"]) == len(stranger.get(TEMPLATE).json["sets"]) == size
    stranger.get("/api/v1/templates")  # The first search of a process reads what all later ones know.
    for path, statements in {**STATEMENTS, largest: STATEMENTS[TEMPLATE]}.items():
        with counted(engine) as sent:
            stranger.get(path)
        assert len(sent) == statements, (path, sent)


@pytest.mark.parametrize("size", [1, 4])
def test_own_lists_take_a_known_number_of_statements(engine, world, size):
    caller = world.caller()
    version = world.release()
    for _ in range(size):
        world.installed(version)
        world.workspace(OWN)
        world.caller()
    caller.get("/api/v1/workspaces")
    for path, statements in OWN_STATEMENTS.items():
        with counted(engine) as sent:
            caller.get(path)
        assert len(sent) == statements, (path, sent)
