"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import pytest

from marketplace.app import make_app, make_runtime
from marketplace.db.migrating import upgrade
from marketplace.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    runtime = make_runtime(Settings(data_dir=tmp_path_factory.mktemp("healthy")))
    upgrade(runtime.engine)
    return make_app(runtime)


def said(app, path):
    answer = app.test_client().get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.text


def test_a_service_on_its_database_lives_and_is_ready(app):
    assert [said(app, path) for path in ("/livez", "/readyz", "/healthz")] == [(200, "ok\n")] * 3


def test_a_service_that_was_asked_to_end_still_lives_and_is_not_ready(app, monkeypatch):
    monkeypatch.setattr(app, "is_draining", lambda: True)
    assert said(app, "/livez") == (200, "ok\n")
    assert said(app, "/readyz") == (503, "draining\n")
    assert said(app, "/healthz") == (503, "draining\n")


def test_without_tables_it_lives_and_is_not_ready(tmp_path):
    app = make_app(make_runtime(Settings(data_dir=tmp_path)))
    assert said(app, "/livez") == (200, "ok\n")
    assert said(app, "/readyz") == (503, "not ready\n")
