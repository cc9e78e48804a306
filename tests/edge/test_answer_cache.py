"""What strangers are answered from memory: the same as without, nothing of anybody else, and never what is over."""

from __future__ import annotations

import gzip

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Person
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.edge import kept_answers
from marketplace.edge.observing import REFERENCE_HEADER
from marketplace.edge.public_answers import KEPT
from tests.edge.conftest import Served
from tests.own_database import at_once
from tests.web.factories import PAGE

API = f"/api/v1{PAGE}"
RENAMED = update(Template).values(name_ja="改めた名前")


def lasting(answer):
    """Return the headers of an answer but those of the one request."""
    return {name: value for name, value in answer.headers if name != REFERENCE_HEADER}


def test_the_second_answer_is_the_first_byte_for_byte_without_touching_the_application(served):
    for path in (PAGE, API, "/templates", "/help", "/api/v1/openapi.json", "/static/css/base.css"):
        first = served.client().get(path)
        served.cache.inner, inner = None, served.cache.inner
        second, head = served.client().get(path), served.client().head(path)
        known = served.client().get(path, headers={"If-None-Match": first.headers["ETag"]})
        served.cache.inner = inner
        assert first.status_code == 200
        assert (second.status_code, second.data, lasting(second)) == (200, first.data, lasting(first))
        assert (head.status_code, head.data, lasting(head)) == (200, b"", lasting(first))
        assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert "Content-Length" not in known.headers


def test_a_fresh_304_and_a_kept_one_have_the_same_headers(served):
    known = {"If-None-Match": served.client().get(PAGE).headers["ETag"]}
    kept = served.client().get(PAGE, headers=known)
    served.app.wsgi_app = served.plain
    fresh = served.client().get(PAGE, headers=known)
    assert kept.status_code == fresh.status_code == 304
    assert lasting(kept) == lasting(fresh)


def test_the_first_answer_may_be_asked_for_by_head_or_with_a_condition(served):
    assert served.client().head(API).data == b""
    full = served.client().get(API)
    assert len(full.data) == int(full.headers["Content-Length"]) > 0
    served.change(RENAMED)
    again = served.client().get(API, headers={"If-None-Match": full.headers["ETag"]})
    assert (again.status_code, "改めた名前" in again.text) == (200, True)


def test_a_change_by_any_process_is_seen_with_the_next_question(served):
    assert [served.outcome(PAGE) for _ in range(2)] == ["miss", "hit"]
    served.change(RENAMED)
    assert served.outcome(PAGE) == "miss"
    assert "改めた名前" in served.client().get(API).text
    served.change(update(Person).values(name="別の名前"))
    assert served.outcome(PAGE) == "hit"


def test_what_was_withdrawn_is_gone_at_once(served):
    path = f"{API}/versions/1.0.0"
    assert served.client().get(path).json["withdrawn_at"] is None
    served.client().get("/templates")
    served.change(update(TemplateVersion).values(withdrawn_at=served.app.now(), withdrawal_reason="誤りがある"))
    assert served.client().get(path).json["withdrawal_reason"] == "誤りがある"
    assert served.outcome("/templates") == "miss"


def test_a_process_asks_seldom_but_sees_its_own_changes_at_once(tmp_path):
    served = Served(tmp_path, answer_check_milliseconds=3_600_000)
    served.world.release()
    assert [served.outcome(PAGE) for _ in range(2)] == ["miss", "hit"]
    served.change(RENAMED)
    assert served.outcome(PAGE) == "hit"
    wanted = served.world.want()
    assert served.outcome(PAGE) == "miss"
    assert "改めた名前" in served.client().get(API).text
    assert served.client().get(wanted).status_code == 200
    served.runtime.engine.dispose()


def test_nothing_of_a_reader_comes_in_and_they_get_nothing_from_there(served):
    member = served.member()
    for _ in range(2):
        mine = member.get(PAGE)
        assert (mine.headers["Cache-Control"], "みほん市" in mine.text) == ("no-store", True)
    assert len(served.cache.kept) == 0
    stranger = served.client().get(PAGE)
    assert ("みほん市" in stranger.text, stranger.headers["Cache-Control"]) == (False, KEPT)
    assert "みほん市" in member.get(PAGE).text
    assert served.outcome(API, headers={"Authorization": "Bearer nonsense"}) == "passed"
    assert served.outcome(PAGE, headers={"Cookie": "session=nonsense"}) == "passed"
    assert served.outcome(PAGE, headers={"Cookie": "language=ja; other=1"}) == "passed"


def test_whoever_sends_a_session_that_is_nobodys_gets_what_nobody_keeps(served):
    client = served.client()
    client.set_cookie("session", "nonsense")
    assert client.get(PAGE).headers["Cache-Control"] == "private, no-cache"
    assert client.get("/static/css/base.css", buffered=True).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/nowhere", "/api/v1/nowhere", "/workspaces", "/language?to=en", "/healthz"]
)
def test_what_does_not_say_that_it_is_public_is_not_kept(served, path):
    for _ in range(2):
        served.client().get(path)
    assert len(served.cache.kept) == 0


def test_what_sets_a_cookie_is_not_kept_whatever_it_says(served):
    @served.app.after_request
    def hand_out(response):
        response.set_cookie("visitor", "1")
        return response

    answers = [served.client().get(PAGE) for _ in range(2)]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert len(served.cache.kept) == 0


def test_what_varies_by_more_than_is_known_is_not_kept(served):
    @served.app.after_request
    def vary(response):
        response.vary.add("User-Agent")
        return response

    assert [served.outcome(PAGE) for _ in range(2)] == ["miss", "miss"]


def test_a_reference_is_of_one_request(served):
    @served.app.after_request
    def refer(response):
        response.headers["X-Request-Id"] = "of-the-first"
        return response

    served.client().get(PAGE)
    own = {"X-Request-Id": "given-by-a-proxy"}
    references = [served.client().get(PAGE, headers=each).headers["X-Request-Id"] for each in ({}, {}, own)]
    assert len({*references, "of-the-first"}) == 4
    assert references[2] == "given-by-a-proxy"


def test_languages_and_encodings_do_not_mix(served):
    english, japanese = {"Accept-Language": "en"}, {"Accept-Language": "ja, en;q=0.5"}
    for _ in range(2):
        assert served.client().get("/help", headers=english).headers["Content-Language"] == "en"
        assert served.client().get("/help", headers=japanese).headers["Content-Language"] == "ja"
        chosen = {**japanese, "Cookie": "language=en"}
        assert served.client(use_cookies=False).get("/help", headers=chosen).headers["Content-Language"] == "en"
        assert served.client().get("/help?lang=en", headers=japanese).headers["Content-Language"] == "en"
        # An address that names no language of ours leaves the choice to the cookie, then to the browser.
        assert served.client(use_cookies=False).get("/help?lang=x", headers=chosen).headers["Content-Language"] == "en"
        assert served.client().get("/help?lang=x", headers=japanese).headers["Content-Language"] == "ja"
        plain = served.client().get("/help")
        packed = served.client().get("/help", headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert plain.headers["ETag"] != packed.headers["ETag"]


def test_hosts_do_not_mix(served):
    served.client().get(PAGE)
    assert served.outcome(PAGE, headers={"Host": "elsewhere.example"}) == "miss"


def test_no_answer_grows_old(served, monkeypatch):
    assert [served.outcome("/") for _ in range(2)] == ["miss", "hit"]
    monkeypatch.setattr(kept_answers, "OLDEST_ELSE", 0)
    assert served.outcome("/") == "miss"


def test_one_path_can_not_drive_out_the_others(served, monkeypatch):
    monkeypatch.setattr(kept_answers, "MOST_OF_PATH", 5)
    served.client().get("/help")
    for number in range(20):
        served.client().get(f"/help/find?nobodys={number}")
    assert len(served.cache.kept) == 6
    assert served.outcome("/help") == "hit"
    assert served.outcome("/help/find?nobodys=19") == "hit"
    assert served.outcome("/help/find?nobodys=1") == "miss"


def test_memory_is_bounded_and_what_is_too_large_never_comes_in(tmp_path):
    served = Served(tmp_path, answer_cache_megabytes=1)
    assert served.outcome("/api/v1/openapi.json") == served.outcome("/api/v1/openapi.json") == "miss"
    for number in range(120):
        served.client().get(f"/privacy?{number}")
        served.client().get("/help")
    assert served.outcome("/help") == "hit"
    assert len(served.cache.kept) < 120
    assert served.cache.kept.bytes_held <= 2**20
    served.runtime.engine.dispose()


def test_many_at_once_get_whole_answers_of_what_they_asked(served):
    served.change(RENAMED)
    paths = (PAGE, API, "/templates", "/help", "/privacy", "/terms")
    expected = {path: served.client().get(path).data for path in paths}

    def ask(number):
        for round_ in range(30):
            path = paths[(number + round_) % len(paths)]
            if number == 0 and round_ % 10 == 0:
                served.world.want(title=f"{round_}")
            assert served.client().get(path).data == expected[path]

    at_once(ask)
    counts = served.cache.counts
    assert counts.hit + counts.miss == len(paths) + 4 * 30
