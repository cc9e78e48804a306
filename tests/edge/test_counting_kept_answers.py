"""Answers from memory are told of and counted as those that the application makes."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.catalog.visits.models import TemplateDay
from tests.web.factories import PAGE


def test_the_log_tells_of_answers_from_memory_as_of_others(served, caplog):
    caplog.set_level("INFO", "marketplace.requests")
    etag = served.client().get(PAGE, buffered=True).headers["ETag"]
    served.client().get(PAGE, buffered=True)
    served.client().get(PAGE, headers={"If-None-Match": f'"other", W/{etag}'}, buffered=True)
    told = [(line.route, line.status, line.caller) for line in caplog.records]
    route = "/templates/<publisher>/<slug>"
    assert told == [(route, 200, "stranger"), (route, 200, "stranger"), (route, 304, "stranger")]
    assert served.cache.counts.hit == 2
    assert served.cache.counts.not_modified == 1


def test_each_reader_of_a_kept_page_counts_as_one_but_not_machines_nor_who_has_it_already(served):
    readers = ("Mozilla/5.0 一人目", "Mozilla/5.0 二人目", "Mozilla/5.0 一人目", "curl/8", "Mozilla/5.0 bot")
    etag = ""
    for agent in readers:
        etag = served.client().get(PAGE, headers={"User-Agent": agent}).headers["ETag"]
    served.client().get(PAGE, headers={"User-Agent": "Mozilla/5.0 三人目", "If-None-Match": etag})
    served.client().head(PAGE, headers={"User-Agent": "Mozilla/5.0 四人目"})
    assert served.cache.counts.miss == 1
    served.app.tally.flush()
    with served.runtime.unit_of_work() as ctx:
        assert ctx.session.scalar(select(func.sum(TemplateDay.views))) == 2


def test_each_download_of_a_file_counts_and_nothing_is_read_for_less_than_the_whole(served):
    bundle = f"/api/v1{PAGE}/versions/1.0.0/bundle"
    first = served.client().get(bundle)
    assert [served.outcome(bundle) for _ in range(2)] == ["hit", "hit"]
    assert served.client().get(bundle).data == first.data
    assert served.outcome(bundle, headers={"If-None-Match": first.headers["ETag"]}) == "passed"
    assert served.outcome(bundle, headers={"Range": "bytes=0-9"}) == "passed"
    assert served.outcome(bundle, method="HEAD") == "passed"
    served.app.tally.flush()
    with served.runtime.unit_of_work() as ctx:
        assert ctx.session.scalar(select(func.sum(TemplateDay.downloads))) == 5
