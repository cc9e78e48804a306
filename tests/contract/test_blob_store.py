"""What every blob store does: on the local disk, on a real S3 server, and in the fake that other tests use."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kernel.ports import BlobStore
from marketplace.storage import open_blob_store
from marketplace.storage.digests import CHUNK_SIZE
from marketplace.storage.errors import BlobDamagedError, BlobMissingError
from tests.contract.conftest import BUCKET, s3_client
from tests.fakes import MemoryBlobStore
from tests.s3 import ACCESS_KEY, SECRET_KEY

ABSENT = "0" * 64


@dataclass(frozen=True)
class Case:
    """A store, and a way to damage what it holds behind its back."""

    store: BlobStore
    damage: Callable[[str, bytes], object]


@pytest.fixture(params=["memory", "local", "s3"])
def case(request, tmp_path, monkeypatch) -> Case:
    if request.param == "memory":
        memory = MemoryBlobStore()
        return Case(memory, memory.blobs.__setitem__)
    if request.param == "local":
        folder = tmp_path / "ブロブ #1"
        store = open_blob_store(f"file://{folder}")
        return Case(store, lambda digest, data: (folder / digest[:2] / digest[2:4] / digest).write_bytes(data))
    server = request.getfixturevalue("s3_server")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    prefix = uuid4().hex
    store = open_blob_store(f"s3://{BUCKET}/{prefix}?endpoint={server.endpoint}&region=us-east-1")
    client = s3_client(server)
    return Case(
        store,
        lambda digest, data: client.put_object(
            Bucket=BUCKET, Key=f"{prefix}/{digest[:2]}/{digest[2:4]}/{digest}", Body=data
        ),
    )


@pytest.fixture
def store(case) -> BlobStore:
    return case.store


def test_bytes_come_back_under_their_sha256(store):
    digest = store.put("横展".encode())
    assert digest == hashlib.sha256("横展".encode()).hexdigest()
    assert store.get(digest) == "横展".encode()


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=2000))
def test_any_bytes_come_back_unchanged(store, data):
    assert store.get(store.put(data)) == data


def test_empty_bytes_are_bytes_too(store):
    digest = store.put(b"")
    assert store.get(digest) == b""
    assert b"".join(store.open(digest)) == b""


def test_storing_twice_is_harmless(store):
    assert store.put(b"twice") == store.put(b"twice")
    assert store.get(store.put(b"twice")) == b"twice"


def test_many_who_store_the_same_at_once_all_succeed(store):
    digests: list[str] = []
    threads = [threading.Thread(target=lambda: digests.append(store.put(b"same" * 1000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 8
    assert store.get(digests[0]) == b"same" * 1000


def test_a_large_blob_comes_in_chunks(store):
    data = bytes(range(256)) * 1024 * 10
    assert b"".join(store.open(store.put(data))) == data


@pytest.mark.parametrize("size", [CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1])
def test_chunks_are_whole_around_the_size_of_a_chunk(store, size):
    data = b"x" * size
    assert b"".join(store.open(store.put(data))) == data


def test_it_tells_what_is_there(store):
    assert store.exists(store.put(b"here"))
    assert not store.exists(ABSENT)


def test_a_missing_blob_is_refused(store):
    with pytest.raises(BlobMissingError):
        store.get(ABSENT)


def test_a_missing_blob_is_refused_before_the_first_chunk(store):
    with pytest.raises(BlobMissingError):
        store.open(ABSENT)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "/etc/passwd", "0" * 63, "A" * 64, "0" * 64 + "\n", "\x00"])
def test_what_is_no_digest_names_no_blob(store, name):
    assert not store.exists(name)
    with pytest.raises(BlobMissingError):
        store.get(name)
    with pytest.raises(BlobMissingError):
        store.open(name)


def test_a_damaged_blob_is_refused(case):
    digest = case.store.put(b"sound")
    case.damage(digest, b"other")
    with pytest.raises(BlobDamagedError):
        case.store.get(digest)


@pytest.mark.parametrize("damaged", [b"", b"y" * 10, b"x" * CHUNK_SIZE], ids=["empty", "other", "cut"])
def test_a_damaged_blob_never_comes_to_its_end_in_chunks(case, damaged):
    digest = case.store.put(b"x" * CHUNK_SIZE * 2)
    case.damage(digest, damaged)
    with pytest.raises(BlobDamagedError):
        list(case.store.open(digest))


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (0, 100), (3, 8), (99, 100)])
def test_a_part_is_those_bytes_and_no_others(store, start, stop):
    data = bytes(range(100))
    assert b"".join(store.open_part(store.put(data), start, stop)) == data[start:stop]


def test_a_long_part_comes_in_chunks(store):
    data = bytes(range(256)) * 4096
    part = list(store.open_part(store.put(data), 10, len(data) - 10))
    assert b"".join(part) == data[10:-10]
    assert max(map(len, part)) <= max(CHUNK_SIZE, len(data) if isinstance(store, MemoryBlobStore) else 0)


@pytest.mark.parametrize("name", [ABSENT, "../../etc/passwd"])
def test_a_part_of_what_is_missing_is_refused_with_the_first(store, name):
    with pytest.raises(BlobMissingError):
        list(store.open_part(name, 0, 1))


def test_nothing_is_lent_unless_the_operator_lets_it(store):
    assert store.lend(store.put(b"kept"), 60, "application/zip", "attachment") is None


def test_a_deleted_blob_is_gone_and_can_come_again(store):
    digest = store.put(b"gone")
    store.delete(digest)
    assert not store.exists(digest)
    assert store.put(b"gone") == digest
    assert store.exists(digest)


def test_deleting_what_is_not_there_is_harmless(store):
    store.delete(ABSENT)


def test_everything_that_is_there_is_told_once(store):
    before = datetime.now(UTC)
    digests = sorted(store.put(data) for data in (b"a", b"b"))
    store.delete(store.put(b"gone"))
    walked = dict(store.walk())
    assert sorted(walked) == digests
    assert all(since <= before + timedelta(minutes=1) for since in walked.values())
