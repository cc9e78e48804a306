"""Makes the bucket that MARKETPLACE_STORAGE_URL names, if it is not there: an S3 server of one's own starts empty."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.exceptions import ClientError

THERE = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


def make_bucket(address: str) -> None:
    """Make the bucket of an address s3://bucket/prefix?endpoint=…&region=…"""
    parts = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    client = boto3.client("s3", endpoint_url=options.get("endpoint"), region_name=options.get("region", "us-east-1"))
    try:
        client.create_bucket(Bucket=parts.netloc)
    except ClientError as error:
        if error.response["Error"]["Code"] not in THERE:
            raise


if __name__ == "__main__":
    make_bucket(os.environ["MARKETPLACE_STORAGE_URL"])
