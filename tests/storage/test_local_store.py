from __future__ import annotations

import hashlib
import shutil

import pytest

from marketplace.kernel.errors import UnavailableError
from marketplace.storage import local
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


def test_the_folders_are_on_the_disk_before_a_blob_counts_as_stored(tmp_path, monkeypatch):
    synced: list[str] = []
    monkeypatch.setattr(local, "sync_folder", lambda folder: synced.append(folder.name))
    store = LocalBlobStore(tmp_path)
    first, second = _two_in_one_folder()
    digest = store.put(first)
    assert synced == [digest[2:4], digest[:2], tmp_path.name]
    synced.clear()
    other = store.put(second)
    assert synced == [other[2:4], digest[:2]]  # the upper folder has its name already
    shutil.rmtree(tmp_path / digest[:2])
    synced.clear()
    store.put(first)
    assert synced == [digest[2:4], digest[:2], tmp_path.name]


def _two_in_one_folder() -> tuple[bytes, bytes]:
    """Return two contents whose digests begin alike."""
    seen: dict[str, bytes] = {}
    for number in range(1000):
        data = str(number).encode()
        begin = hashlib.sha256(data).hexdigest()[:2]
        if begin in seen:
            return seen[begin], data
        seen[begin] = data
    raise AssertionError
