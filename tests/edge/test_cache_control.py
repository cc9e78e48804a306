"""What an answer says to caches is read once, however often it is asked for."""

from __future__ import annotations

from werkzeug.datastructures import Headers

from marketplace.edge import cache_control
from marketplace.edge.cache_control import caches_are_told
from marketplace.edge.public_answers import KEPT
from tests.web.factories import PAGE


def test_a_directive_is_told_from_what_only_looks_like_it():
    kept = Headers({"Cache-Control": KEPT})
    assert [caches_are_told(name, kept) for name in ("public", "stale-if-error", "stale", "no-store")] == [
        *(True, True, False, False),
    ]
    assert not caches_are_told("public", Headers())
    assert not caches_are_told("public", Headers({"Cache-Control": 'private="public"'}))


def test_no_header_is_parsed_for_each_request(served, monkeypatch):
    parsed = []
    parse = cache_control.parse_cache_control_header
    monkeypatch.setattr(cache_control, "parse_cache_control_header", lambda text: parsed.append(text) or parse(text))
    cache_control._directives.cache_clear()
    for number in range(5):
        assert served.client().get(f"/help?{number}").headers["Cache-Control"] == KEPT
        assert served.client().get(f"/api/v1{PAGE}?lang={'ja' if number % 2 else 'en'}").status_code == 200
    assert len(parsed) == len(set(parsed))
