"""Calls at the same moment, on real transactions of both databases."""

from __future__ import annotations

import io

import pytest

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.limits import SiteLimits
from marketplace.sandbox.models import Site
from marketplace.sandbox.quotas.services import read_usage
from tests.kintone_api.conftest import SITE
from tests.own_database import at_once, own_database

TEXT = {"type": "SINGLE_LINE_TEXT"}


@pytest.fixture(params=["sqlite", "postgresql"])
def sessions(request, tmp_path):
    with own_database(request, tmp_path) as engine:
        yield Sessions(engine)


@pytest.fixture
def app(kintone):
    """An app with 40 records."""
    made = kintone.live_app(件名=TEXT, 添付={"type": "FILE"})
    kintone.post("records", app=made, records=[{"件名": {"value": str(number)}} for number in range(40)])
    return made


def test_comments_written_at_once_get_numbers_of_their_own(kintone, app):
    made = at_once(lambda n: kintone.post("record/comment", app=app, record=1, comment={"text": str(n)})["id"])
    assert sorted(made) == ["1", "2", "3", "4"]


def test_those_who_read_a_cursor_at_once_get_different_pages(kintone, app):
    cursor_id = kintone.post("records/cursor", app=app, size=10)["id"]
    pages = at_once(lambda _: kintone.get("records/cursor", id=cursor_id)["records"])
    assert len({record["$id"]["value"] for page in pages for record in page}) == 40
    assert kintone.refused("GET", "records/cursor", id=cursor_id) == (404, "GAIA_CN01")


def test_cursors_made_at_once_are_counted_one_by_one(kintone, app):
    for _ in range(8):
        kintone.post("records/cursor", app=app)
    answers = at_once(lambda _: kintone.send("POST", "records/cursor", {"app": app}).status_code)
    assert sorted(answers) == [200, 200, 429, 429]


def test_an_upload_attached_at_once_is_attached_once(kintone, app):
    data = {"file": (io.BytesIO(b"bytes"), "a.txt")}
    sent = kintone.send("POST", "file", data=data, content_type="multipart/form-data")
    record = {"添付": {"value": [{"fileKey": sent.json["fileKey"]}]}}
    answers = at_once(lambda _: kintone.send("POST", "record", {"app": app, "record": record}).status_code)
    assert sorted(answers) == [200, 404, 404, 404]


def test_files_uploaded_at_once_are_counted_one_by_one(kintone, sessions):
    with unit_of_work(sessions) as (session, _):
        session.get_one(Site, SITE).limits = SiteLimits(file_bytes=11).as_document()

    def upload(_number):
        data = {"file": (io.BytesIO(b"bytes"), "a.txt")}
        return kintone.send("POST", "file", data=data, content_type="multipart/form-data").status_code

    assert sorted(at_once(upload)) == [200, 200, 400, 400]


def test_records_deleted_and_added_at_once_are_counted(kintone, app, sessions):
    def act(number):
        if number % 2:
            kintone.delete("records", app=app, ids=[number, number + 1])
        else:
            kintone.post("records", app=app, records=[{}, {}, {}])

    at_once(act)
    with unit_of_work(sessions, writes=False) as (session, _):
        assert read_usage(session, SITE).records == 40 - 4 + 6
