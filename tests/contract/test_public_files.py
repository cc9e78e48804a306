"""What every place of public files does: a folder, and a bucket of a real S3 server."""

from __future__ import annotations

from uuid import uuid4

import pytest

from marketplace.kernel.public_files import PublicFiles
from marketplace.storage import open_blob_store, open_public_files
from marketplace.storage.errors import StorageUnavailableError
from tests.contract.conftest import BUCKET
from tests.s3 import ACCESS_KEY, SECRET_KEY

PATH = "templates/yokoten/assets/a.json"


@pytest.fixture(params=["folder", "s3"])
def url(request, tmp_path, monkeypatch) -> str:
    if request.param == "folder":
        return f"file://{tmp_path / 'ブロブ #1'}"
    server = request.getfixturevalue("s3_server")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    return f"s3://{BUCKET}/{uuid4().hex}?endpoint={server.endpoint}&region=us-east-1"


@pytest.fixture
def files(url) -> PublicFiles:
    return open_public_files(url)


def test_a_file_comes_back_and_is_replaced(files):
    assert (files.get(PATH), files.exists(PATH)) == (None, False)
    files.put(PATH, b"1")
    assert (files.get(PATH), files.exists(PATH)) == (b"1", True)
    files.put(PATH, b"2")
    assert files.get(PATH) == b"2"
    assert files.get("templates") is None


def test_every_file_is_listed_with_its_size(files):
    assert [*files.walk()] == []
    files.put(PATH, b"123")
    files.put("head.json", b"1")
    assert sorted(files.walk()) == [("head.json", 1), (PATH, 3)]


def test_public_files_are_no_blobs(url, files):
    blobs = open_blob_store(url)
    digest = blobs.put(b"blob")
    files.put(f"bundles/{digest}.zip", b"blob")
    assert [found for found, _since in blobs.walk()] == [digest]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "index").write_text("in the way")
    with pytest.raises(StorageUnavailableError):
        open_public_files(f"file://{tmp_path}").put(PATH, b"1")
