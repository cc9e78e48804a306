"""Bundles as they are fetched: whole, in parts, or not at all because the caller has them."""

from __future__ import annotations

import pytest

from tests.api.factories import TEMPLATE, zip_of

BUNDLE = f"{TEMPLATE}/versions/1.0.0/bundle"


@pytest.fixture
def version(world):
    return world.release()


@pytest.fixture
def data(version, ports) -> bytes:
    return ports.blobs.get(version.digest)


def test_the_whole_can_be_kept_for_ever_and_says_what_it_is(stranger, version, data):
    answer = stranger.get(BUNDLE)
    assert answer.data == data
    assert answer.headers["ETag"] == f'"{version.digest}"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="subsidy-grant-management-1.0.0.zip"'
    assert answer.content_length == len(data)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), ("bytes=10-", 10, None), ("bytes=-5", -5, None)],
)
def test_a_part_is_answered_as_one(stranger, data, asked, start, stop):
    answer = stranger.get(BUNDLE, 206, headers={"Range": asked})
    assert answer.data == data[start:stop]
    first = start % len(data)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(answer.data) - 1}/{len(data)}"
    assert answer.content_length == len(answer.data)


def test_a_part_beyond_the_end_is_refused(stranger, data):
    answer = stranger.refused("GET", BUNDLE, 416, "range-not-satisfiable", headers={"Range": f"bytes={len(data)}-"})
    assert answer["status"] == 416
    assert (
        stranger.send("GET", BUNDLE, headers={"Range": "bytes=999999999-"}).headers["Content-Range"]
        == f"bytes */{len(data)}"
    )


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=x", "lines=0-1", "bytes", ""])
def test_what_is_no_single_range_gets_the_whole(stranger, data, asked):
    assert stranger.get(BUNDLE, 200, headers={"Range": asked}).data == data


def test_a_download_goes_on_only_with_the_same_file(stranger, version, data):
    part = {"Range": "bytes=10-"}
    assert stranger.get(BUNDLE, 206, headers={**part, "If-Range": f'"{version.digest}"'}).data == data[10:]
    assert stranger.get(BUNDLE, 200, headers={**part, "If-Range": '"another"'}).data == data
    assert stranger.get(BUNDLE, 200, headers={**part, "If-Range": "Sat, 29 Oct 1994 19:43:31 GMT"}).data == data


def test_who_has_it_gets_nothing(stranger, version):
    answer = stranger.get(BUNDLE, 304, headers={"If-None-Match": f'"{version.digest}"', "Range": "bytes=0-1"})
    assert answer.data == b""
    assert "Content-Type" not in answer.headers


def test_looking_costs_no_look_at_the_storage(stranger, version, ports):
    ports.blobs.delete(version.digest)
    answer = stranger.send("HEAD", BUNDLE, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.content_length, answer.data) == (200, version.size, b"")


@pytest.mark.parametrize("code", ["blob-damaged", "blob-missing"])
def test_a_file_that_is_not_whole_is_refused(stranger, version, ports, code):
    if code == "blob-damaged":
        ports.blobs.blobs[version.digest] = b"other"
    else:
        ports.blobs.delete(version.digest)
    stranger.refused("GET", BUNDLE, 503, code)


def test_a_signed_in_caller_may_keep_it_too(caller, version):
    assert "immutable" in caller.get(BUNDLE).headers["Cache-Control"]


def test_a_draft_is_kept_by_nobody(caller):
    draft = caller.upload(zip_of()).get_json()
    answer = caller.get(f"/api/v1/drafts/{draft['id']}/bundle")
    assert answer.headers["Cache-Control"] == "no-store"
    part = caller.get(f"/api/v1/drafts/{draft['id']}/bundle", 206, headers={"Range": "bytes=0-3"})
    assert part.data == answer.data[:4]
    assert part.headers["Cache-Control"] == "no-store"
