"""Files that readers fetch at the storage itself, on a real S3 server."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from marketplace.app import Runtime, make_app
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.ports import BlobStore, Ports
from marketplace.settings import Settings
from marketplace.storage import open_blob_store
from tests.api.factories import TEMPLATE, World, zip_of
from tests.contract.conftest import BUCKET
from tests.fakes import RecordingQueue
from tests.s3 import ACCESS_KEY, SECRET_KEY

BUNDLE = f"{TEMPLATE}/versions/1.0.0/bundle"


@pytest.fixture
def store(s3_server, monkeypatch) -> BlobStore:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    url = f"s3://{BUCKET}/{uuid4().hex}?endpoint={s3_server.endpoint}&region=us-east-1"
    return open_blob_store(url, lends=True)


@pytest.fixture
def app(engine: Engine, sessions: Sessions, store: BlobStore, tmp_path, clock):
    settings = Settings(data_dir=tmp_path, secret_key="of the tests", base_url="http://localhost")
    return make_app(Runtime(settings, engine, sessions, Ports(store, RecordingQueue()), RecordingQueue(), clock))


def test_an_address_answers_with_the_type_and_the_name_it_was_made_for(store):
    address = store.lend(store.put(b"bytes"), 60, "application/zip", 'attachment; filename="a.zip"')
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.read() == b"bytes"
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="a.zip"'


def test_an_address_can_not_be_turned_to_another_file(store):
    kept, other = store.put(b"kept"), store.put(b"other")
    address = store.lend(kept, 60, "application/zip", "attachment").replace(kept, other)
    address = address.replace(f"/{kept[:2]}/{kept[2:4]}/", f"/{other[:2]}/{other[2:4]}/")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=30)
    with refused.value as answer:
        assert answer.code == 403


def test_a_bundle_is_fetched_at_the_storage(app, store):
    version = World(app).release()
    answer = app.test_client().get(BUNDLE)
    assert answer.status_code == 307
    assert answer.headers["Cache-Control"] == "public, max-age=60", "the way is not kept as long as the file"
    assert "X-Amz-Expires=300" in answer.location
    assert answer.headers["X-Content-Digest"] == f"sha256:{version.digest}"
    with urllib.request.urlopen(answer.location, timeout=30) as file:
        assert file.read() == store.get(version.digest)
        assert file.headers["Content-Disposition"] == 'attachment; filename="subsidy-grant-management-1.0.0.zip"'


def test_looking_asks_the_storage_nothing(app, store):
    version = World(app).release()
    store.delete(version.digest)
    client = app.test_client()
    head = client.head(BUNDLE)
    assert (head.status_code, head.content_length) == (200, version.size)
    assert client.get(BUNDLE, headers={"If-None-Match": f'"{version.digest}"'}).status_code == 304


def test_a_draft_is_never_lent(app):
    caller = World(app).caller()
    draft = caller.upload(zip_of()).get_json()
    answer = caller.get(f"/api/v1/drafts/{draft['id']}/bundle")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Digest"] == f"sha256:{hashlib.sha256(answer.data).hexdigest()}"


def test_a_part_is_read_from_the_storage_when_it_lends_nothing(app, store):
    store.lends = False
    version = World(app).release()
    answer = app.test_client().get(BUNDLE, headers={"Range": "bytes=4-9"})
    assert (answer.status_code, answer.data) == (206, store.get(version.digest)[4:10])
