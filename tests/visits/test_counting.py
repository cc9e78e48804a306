"""What counts as a view or a download, and when it is written down."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from marketplace.catalog.visits.models import TemplateDay
from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge import tally as tally_module
from marketplace.edge.tally import NOTED, Noted, count_answer
from tests.api.factories import PUBLISHER, SLUG, TEMPLATE

PAGE = f"/templates/{PUBLISHER}/{SLUG}"
BUNDLE = f"{TEMPLATE}/versions/1.0.0/bundle"
BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Edg/140.0"}


@pytest.fixture
def template_id(world) -> str:
    return world.release().template_id


@pytest.fixture
def visitor(app):
    return app.test_client()


def look(visitor, times: int = 1, path: str = PAGE, **options) -> None:
    for _ in range(times):
        assert visitor.get(path, headers=BROWSER | options.pop("headers", {}), **options).status_code < 400


def counts(app) -> dict[str, tuple[int, int]]:
    app.tally.flush()
    with unit_of_work(app.sessions, writes=False) as (session, _):
        return {row.day: (row.views, row.downloads) for row in session.scalars(select(TemplateDay))}


def test_views_and_downloads_are_summed_by_the_day_in_japan(app, visitor, template_id, clock):
    look(visitor)
    look(visitor, 2, BUNDLE)
    assert counts(app) == {"2026-11-23": (1, 2)}
    clock.advance(hours=14)
    look(visitor)
    assert counts(app) == {"2026-11-23": (1, 2), "2026-11-24": (1, 0)}, "it is past midnight in Japan, not in London"


def test_nothing_is_written_while_somebody_waits(app, visitor, template_id):
    look(visitor)
    with unit_of_work(app.sessions, writes=False) as (session, _):
        assert session.scalars(select(TemplateDay)).all() == []


def test_one_reader_who_loads_again_and_again_counts_once_a_minute(app, visitor, template_id, clock):
    look(visitor, 5)
    assert counts(app) == {"2026-11-23": (1, 0)}
    visitor.get(PAGE, headers=BROWSER, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    visitor.get(PAGE, headers={"User-Agent": "Mozilla/5.0 Firefox/150.0"})
    assert counts(app) == {"2026-11-23": (3, 0)}
    clock.advance(seconds=61)
    look(visitor)
    assert counts(app) == {"2026-11-23": (4, 0)}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.9"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_machines_and_what_is_fetched_ahead_do_not_count(app, visitor, template_id, headers):
    visitor.get(PAGE, headers=BROWSER | headers)
    assert counts(app) == {}


def test_looking_without_the_content_does_not_count(app, visitor, template_id):
    visitor.head(PAGE, headers=BROWSER)
    visitor.head(BUNDLE)
    tag = visitor.get(BUNDLE).headers["ETag"]
    assert visitor.get(BUNDLE, headers={"If-None-Match": tag}).status_code == 304
    assert counts(app) == {"2026-11-23": (0, 1)}


def test_a_download_in_parts_counts_when_it_begins(app, visitor, template_id):
    for part in ("bytes=0-9", "bytes=10-19", "bytes=20-"):
        assert visitor.get(BUNDLE, headers={"Range": part}).status_code == 206
    assert counts(app) == {"2026-11-23": (0, 1)}


def test_a_redirect_to_the_storage_counts_as_the_download(app, visitor, template_id, monkeypatch):
    monkeypatch.setattr(type(app.ports.blobs), "lend", lambda *_: "https://storage.example.jp/blob?signed")
    assert visitor.get(BUNDLE).status_code == 307
    assert counts(app) == {"2026-11-23": (0, 1)}


def test_what_is_no_page_of_a_template_does_not_count(app, visitor, template_id):
    look(visitor, 1, "/templates")
    look(visitor, 1, f"{PAGE}/proposal")
    visitor.get("/templates/993018/nothing", headers=BROWSER)
    assert counts(app) == {}


def test_page_and_api_tell_what_was_counted_and_when_that_was_true(app, world, visitor, template_id):
    unknown = world.stranger().get(TEMPLATE).get_json()["popularity"]
    assert unknown == {"views": 0, "downloads": 0, "counted_at": None}
    assert "ダウンロード 0" not in visitor.get(PAGE, headers=BROWSER).get_data(as_text=True)
    look(visitor, 1, BUNDLE)
    app.tally.flush()
    told = world.stranger().get(TEMPLATE).get_json()["popularity"]
    assert told == {"views": 1, "downloads": 1, "counted_at": "2026-11-23T01:00:00+00:00"}
    assert "閲覧 1・ダウンロード 1（2026年11月23日" in visitor.get(PAGE).get_data(as_text=True)
    assert "1 views, 1 downloads (as of 23 November 2026" in visitor.get(f"{PAGE}?lang=en").get_data(as_text=True)


def test_what_others_get_makes_no_other_answer_within_an_hour(app, world, visitor, template_id):
    look(visitor, 1, BUNDLE)
    app.tally.flush()
    first = world.stranger().get(TEMPLATE)
    app.now.advance(minutes=20)
    app.tally.flush(is_due=True)
    world.stranger().get(TEMPLATE, 304, headers={"If-None-Match": first.headers["ETag"]})
    app.now.advance(minutes=20)
    app.tally.flush(is_due=True)
    assert world.stranger().get(TEMPLATE).get_json()["popularity"]["counted_at"] == "2026-11-23T02:00:00+00:00"


def test_whoever_answers_in_place_of_the_view_can_count_as_it_does(app, visitor, template_id, monkeypatch):
    inner, noted = app.wsgi_app, Noted()
    monkeypatch.setattr(app, "wsgi_app", lambda environ, start: inner({**environ, NOTED: noted}, start))
    look(visitor)
    assert noted == Noted(viewed=template_id)
    assert counts(app) == {}
    environ = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": "Mozilla/5.0", "REMOTE_ADDR": "192.0.2.9"}
    count_answer(app.tally, environ, noted)
    count_answer(app.tally, environ | {"REQUEST_METHOD": "HEAD"}, noted)
    assert counts(app) == {"2026-11-23": (1, 0)}


def test_what_can_not_be_written_is_kept_and_told_once(app, visitor, template_id, monkeypatch, caplog):
    def refuse(*_given):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    look(visitor)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(tally_module, "add_visits", refuse)
        app.tally.flush()
        look(visitor, 1, BUNDLE)
        app.tally.flush()
    assert len(caplog.records) == 1
    assert counts(app) == {"2026-11-23": (1, 1)}
    assert counts(app) == {"2026-11-23": (1, 1)}, "and it is not written twice"


def test_two_processes_add_up(app, template_id):
    other = tally_module.Tally(app)
    for each in (app.tally, other):
        each.download(template_id)
        each.flush()
    assert counts(app) == {"2026-11-23": (0, 2)}


def test_nothing_is_lost_when_a_process_ends(app, visitor, template_id):
    look(visitor)
    app.tally.stop()
    with unit_of_work(app.sessions, writes=False) as (session, _):
        assert [row.views for row in session.scalars(select(TemplateDay))] == [1]


def test_no_address_is_kept(app, visitor, template_id):
    visitor.get(PAGE, headers=BROWSER, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    assert "192.0.2.77" not in repr(vars(app.tally))
