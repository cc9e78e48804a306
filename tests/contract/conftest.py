"""The S3 server, started once."""

from __future__ import annotations

import time
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.s3 import ACCESS_KEY, SECRET_KEY, S3Server, running_s3

BUCKET = "yokoten-test"


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server that holds an empty bucket."""
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        _make_bucket(s3_client(server))
        yield server


def s3_client(server: S3Server):
    """A client beside the one under test."""
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


def _make_bucket(client) -> None:
    """Wait until the server, not only its port, can keep objects."""
    deadline = time.monotonic() + 30
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")
        except ClientError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return
