from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.storage import open_blob_store
from marketplace.storage.errors import StorageUrlError
from marketplace.storage.local import LocalBlobStore
from marketplace.storage.s3 import S3BlobStore, S3Place


@pytest.mark.parametrize("folder", ["/srv/blobs", "/srv/横展 100%#1?x=y"])
def test_a_file_address_names_a_folder_letter_by_letter(folder):
    store = open_blob_store(f"file://{folder}")
    assert isinstance(store, LocalBlobStore)
    assert store.folder == Path(folder)


def test_an_s3_address_names_bucket_prefix_endpoint_and_region():
    store = open_blob_store("s3://bucket/a/b/?endpoint=http://127.0.0.1:9000&region=ap-northeast-1")
    assert isinstance(store, S3BlobStore)
    assert store.place == S3Place("bucket", "a/b", "http://127.0.0.1:9000", "ap-northeast-1")


def test_an_s3_address_needs_only_a_bucket():
    store = open_blob_store("s3://bucket")
    assert isinstance(store, S3BlobStore)
    assert store.place == S3Place("bucket")


@pytest.mark.parametrize(
    "url",
    ["", "/srv/blobs", "file://blobs", "ftp://host/x", "s3://", "s3:///x", "s3://b/?bucket=x", "s3://key:secret@b/x"],
)
def test_an_address_that_names_no_store_is_refused(url):
    with pytest.raises(StorageUrlError):
        open_blob_store(url)


def test_a_refusal_does_not_repeat_credentials():
    with pytest.raises(StorageUrlError) as refusal:
        open_blob_store("s3://key:secret@bucket/x")
    assert "secret" not in str(refusal.value)
