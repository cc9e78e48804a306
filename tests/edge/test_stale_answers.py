"""Answers from memory while the database or the application fails: better than none, but never for long."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from marketplace.edge import answer_cache, kept_answers
from marketplace.edge.public_answers import STALE_IF_ERROR
from tests.edge.test_answer_cache import API, RENAMED
from tests.web.factories import PAGE


def _break_database(served, monkeypatch):
    def refuse(**_options):
        raise OperationalError("SELECT", {}, ConnectionRefusedError())

    monkeypatch.setattr(served.runtime.sessions, "open", refuse)


def test_public_pages_survive_a_database_that_is_away_and_tell_their_age(served, monkeypatch):
    fresh = served.client().get(PAGE)
    with monkeypatch.context() as away:
        _break_database(served, away)
        away.setattr(kept_answers, "OLDEST_ELSE", 0)
        stale = served.client().get(PAGE)
        assert (stale.status_code, stale.data) == (200, fresh.data)
        assert "Age" in stale.headers
        assert served.outcome(PAGE) == "stale"
        assert served.client().get("/stories").status_code == 503
        later = served.cache.watch._clock() + STALE_IF_ERROR + 1
        away.setattr(served.cache.watch, "_clock", lambda: later)
        assert served.client().get(PAGE).status_code == 503
    served.change(RENAMED)
    served.cache.watch._seen = None
    assert "改めた名前" in served.client().get(API).text


def test_an_old_answer_to_which_nothing_has_changed_is_better_than_a_failure(served, monkeypatch):
    fresh = served.client().get(PAGE)
    monkeypatch.setattr(kept_answers, "OLDEST_ELSE", 0)

    def fail():
        raise ZeroDivisionError

    monkeypatch.setitem(served.app.view_functions, "web_catalog.show", lambda **_path: fail())
    assert served.client().get(PAGE).data == fresh.data
    with monkeypatch.context() as later:
        later.setattr(answer_cache, "STALE_IF_ERROR", 0)
        assert served.client().get(PAGE).status_code == 500
    served.change(RENAMED)
    assert served.client().get(PAGE).status_code == 500
