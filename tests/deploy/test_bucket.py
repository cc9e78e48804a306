"""The bucket of a new S3 server is made, and made but once."""

from __future__ import annotations

import subprocess
import sys

import boto3
import pytest

from tests.s3 import ACCESS_KEY, SECRET_KEY, running_s3


@pytest.mark.slow
def test_a_new_server_gets_its_bucket(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    with running_s3(tmp_path) as server:
        address = f"s3://yokoten/blobs?endpoint={server.endpoint}&region=us-east-1"
        monkeypatch.setenv("MARKETPLACE_STORAGE_URL", address)
        for _ in range(2):
            subprocess.run([sys.executable, "deploy/docker/make_bucket.py"], check=True)
        client = boto3.client("s3", endpoint_url=server.endpoint, region_name="us-east-1")
        assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == ["yokoten"]
