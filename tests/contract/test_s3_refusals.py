"""What only a real S3 server can prove: that it refuses, and that we notice."""

from __future__ import annotations

import base64
import hashlib

import pytest
from botocore.exceptions import ClientError

from marketplace.storage import open_blob_store
from marketplace.storage.errors import StorageUnavailableError
from tests.contract.conftest import BUCKET, s3_client
from tests.ports import free_port
from tests.s3 import ACCESS_KEY, SECRET_KEY

DIGEST = hashlib.sha256(b"data").hexdigest()
CALLS = {
    "put": lambda store: store.put(b"data"),
    "get": lambda store: store.get(DIGEST),
    "open": lambda store: store.open(DIGEST),
    "exists": lambda store: store.exists(DIGEST),
    "delete": lambda store: store.delete(DIGEST),
}


@pytest.fixture(params=sorted(CALLS))
def call(request):
    return CALLS[request.param]


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    return monkeypatch


def test_a_wrong_secret_key_is_refused(s3_server, credentials, call):
    credentials.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    store = open_blob_store(f"s3://{BUCKET}/refusals?endpoint={s3_server.endpoint}")
    with pytest.raises(StorageUnavailableError) as refusal:
        call(store)
    assert refusal.value.params.keys() == {"retry_after"}  # The cause is for the log.


def test_a_server_that_is_down_is_an_unavailable_storage(credentials, call):
    store = open_blob_store(f"s3://{BUCKET}/x?endpoint=http://127.0.0.1:{free_port()}")
    with pytest.raises(StorageUnavailableError):
        call(store)


def test_missing_credentials_are_an_unavailable_storage(s3_server, monkeypatch, tmp_path, call):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = open_blob_store(f"s3://{BUCKET}/x?endpoint={s3_server.endpoint}")
    with pytest.raises(StorageUnavailableError):
        call(store)


def test_a_bucket_that_does_not_exist_is_an_unavailable_storage_and_no_missing_blob(s3_server, credentials):
    store = open_blob_store(f"s3://no-such-bucket/x?endpoint={s3_server.endpoint}")
    with pytest.raises(StorageUnavailableError):
        store.get(DIGEST)


def test_the_server_refuses_a_body_that_does_not_fit_its_digest(s3_server):
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    with pytest.raises(ClientError) as refusal:
        s3_client(s3_server).put_object(Bucket=BUCKET, Key="wrong", Body=b"data", ChecksumSHA256=wrong)
    assert refusal.value.response["Error"]["Code"] == "BadDigest"
