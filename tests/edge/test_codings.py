"""One content in several codings: each has a name of its own, is revalidated by it, and is made once."""

from __future__ import annotations

import gzip

import brotli
import flask_compress.flask_compress as compressor
import pytest

from tests.bundle.factories import make_bundle
from tests.edge.conftest import Served
from tests.web.factories import PAGE

UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
ADDRESSES = [
    *("/help", PAGE, "/static/css/base.css", "/schemas/bundle/1/actions.schema.json", "/api/v1/openapi.json"),
    *("/api/v1/templates", f"/api/v1{PAGE}", f"/api/v1{PAGE}/versions/1.0.0", "/api/v1/municipalities"),
]
THE_SAME = ("Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Vary")
"""What 304 says as 200 does: RFC 9110, 15.4.5."""


@pytest.fixture(params=["with memory", "without memory"])
def asked(request: pytest.FixtureRequest, served: Served) -> Served:
    """The service with some municipalities, as web processes answer and as the application alone does."""
    served.world.release(make_bundle(slug="alike"))
    served.world.index_municipalities()
    if request.param == "without memory":
        served.app.wsgi_app = served.plain
    return served


def ask(served: Served, path: str, coding: str, **headers: str):
    return served.client().get(path, headers={"Accept-Encoding": coding, **headers}, buffered=True)


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_coding_holds_the_same_under_a_name_of_its_own_and_is_revalidated_by_it(asked, path):
    answers = {coding: ask(asked, path, coding) for coding in UNPACK}
    assert {coding: answer.headers.get("Content-Encoding", "") for coding, answer in answers.items()} == {
        coding: coding for coding in UNPACK
    }
    assert len({UNPACK[coding](answer.data) for coding, answer in answers.items()}) == 1
    tags = {answer.headers["ETag"] for answer in answers.values()}
    assert (len(tags), {tag[:1] for tag in tags}) == (3, {'"'})
    assert len({answer.headers["Vary"] for answer in answers.values()}) == 1
    for coding, answer in answers.items():
        for known in (answer.headers["ETag"], f"W/{answer.headers['ETag']}", ", ".join(sorted(tags)), "*"):
            again = ask(asked, path, coding, **{"If-None-Match": known})
            assert (again.status_code, again.data) == (304, b""), (coding, known)
            assert [again.headers.get(name) for name in THE_SAME] == [answer.headers.get(name) for name in THE_SAME]


@pytest.mark.parametrize("path", ADDRESSES)
def test_whoever_has_another_content_or_another_coding_gets_the_whole(asked, path):
    plain = ask(asked, path, "").headers["ETag"]
    for known in ('"other"', plain):
        answer = ask(asked, path, "br", **{"If-None-Match": known})
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br")


@pytest.mark.parametrize("path", ["/help", "/api/v1/templates"])
def test_what_is_kept_is_compressed_once_for_each_coding(served, monkeypatch, path):
    made = []
    compress = compressor._compress_data

    def count(app, data, algorithm):
        made.append(algorithm)
        return compress(app, data, algorithm)

    monkeypatch.setattr(compressor, "_compress_data", count)
    served.world.release(make_bundle(slug="alike"))
    for _ in range(3):
        for coding in ("gzip", "br", "gzip, br"):
            known = ask(served, path, coding).headers["ETag"]
            assert ask(served, path, coding, **{"If-None-Match": known}).status_code == 304
    assert sorted(made) == ["br", "gzip"]


def test_a_coding_that_is_refused_is_not_sent(asked):
    for accepted in ("br;q=0, gzip", "gzip;q=1.0, br;q=0"):
        assert ask(asked, "/api/v1/templates", accepted).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in ask(asked, "/api/v1/templates", "zstd, identity").headers


def test_what_is_not_for_everybody_or_is_a_file_stays_as_it_is(asked):
    """The length of compressed secrets beside what a stranger chose would tell them (BREACH)."""
    member = asked.member()
    for path in ("/api/v1/templates?q=%E8%A3%9C%E5%8A%A9", f"/api/v1{PAGE}"):
        answer = member.get(path, headers={"Accept-Encoding": "br"})
        assert (answer.headers["Cache-Control"], "Content-Encoding" in answer.headers) == ("private, no-cache", False)
    refused = ask(asked, f"/api/v1/templates/{'nobody' * 100}/x", "br")
    assert (refused.mimetype, "Content-Encoding" in refused.headers) == ("application/problem+json", False)
    bundle = ask(asked, f"/api/v1{PAGE}/versions/1.0.0/bundle", "br")
    assert (bundle.status_code, "Content-Encoding" in bundle.headers) == (200, False)
