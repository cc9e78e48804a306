"""What everybody may read is sent small; what is for one reader alone, or asked for in part, is not touched."""

import gzip

import brotli
import pytest
from flask.testing import FlaskClient

ANY = {"Accept-Encoding": "gzip, deflate, br, zstd"}
SHEET = "/static/css/components.css"


@pytest.fixture
def client(app):
    """A client that takes answers as they come."""
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize(
    ("accepted", "named", "unpack"),
    [("gzip, deflate, br, zstd", "gzip", gzip.decompress), ("br", "br", brotli.decompress)],
)
def test_a_page_of_everybody_is_sent_compressed(client, accepted, named, unpack):
    plain = client.get("/help/install").data
    answer = client.get("/help/install", headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == named
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert unpack(answer.data) == plain
    assert len(answer.data) < len(plain) / 2


def test_it_has_the_same_bytes_whenever_it_was_compressed(client):
    assert client.get("/help/install", headers={"Accept-Encoding": "gzip"}).data[:8] == b"\x1f\x8b\x08" + bytes(5)


def test_whoever_accepts_nothing_gets_the_page_as_it_is(client):
    answer = client.get("/help/install")
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"<!doctype html>")


def test_a_style_sheet_is_compressed_and_asked_for_again_by_its_tag(client):
    answer = client.get(SHEET, buffered=True, headers=ANY)
    assert answer.headers["Content-Encoding"] == "gzip"
    again = client.get(SHEET, buffered=True, headers=ANY | {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_the_part_of_the_file(client):
    whole = client.get(SHEET, buffered=True).data
    part = client.get(SHEET, buffered=True, headers=ANY | {"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert "Content-Encoding" not in part.headers
    assert part.data == whole[100:200]


def test_a_page_for_one_reader_is_not_compressed(sign_in):
    answer = sign_in().get("/workspaces", headers=ANY)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in answer.headers
