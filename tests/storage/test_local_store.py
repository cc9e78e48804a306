from __future__ import annotations

import hashlib

import pytest

from marketplace.kernel.errors import UnavailableError
from marketplace.storage.errors import StorageUnavailableError
from marketplace.storage.local import LocalBlobStore


def test_a_blob_lies_under_two_levels_of_its_digest(tmp_path):
    digest = LocalBlobStore(tmp_path).put(b"data")
    assert (tmp_path / digest[:2] / digest[2:4] / digest).read_bytes() == b"data"


def test_no_temporary_file_is_left(tmp_path):
    digest = LocalBlobStore(tmp_path).put(b"data")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]


def test_storing_again_mends_a_damaged_blob(tmp_path):
    store = LocalBlobStore(tmp_path)
    digest = store.put(b"data")
    (tmp_path / digest[:2] / digest[2:4] / digest).write_bytes(b"da")
    store.put(b"data")
    assert store.get(digest) == b"data"


def test_a_folder_that_can_not_be_written_is_an_unavailable_storage(tmp_path):
    blocked = tmp_path / "blobs"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(StorageUnavailableError) as refusal:
        LocalBlobStore(blocked).put(b"data")
    assert isinstance(refusal.value, UnavailableError)
    assert refusal.value.params == {}


def test_a_blob_that_can_not_be_read_is_an_unavailable_storage(tmp_path):
    store = LocalBlobStore(tmp_path)
    digest = hashlib.sha256(b"data").hexdigest()
    (tmp_path / digest[:2] / digest[2:4] / digest).mkdir(parents=True)
    with pytest.raises(StorageUnavailableError):
        store.get(digest)
