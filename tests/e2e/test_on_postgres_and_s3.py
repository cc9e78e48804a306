"""Two settings move the service to PostgreSQL and S3; everything goes on as before."""

from __future__ import annotations

import boto3
import pytest
from sqlalchemy import create_engine, text

from tests.e2e.service import Service
from tests.s3 import ACCESS_KEY, SECRET_KEY, running_s3


@pytest.fixture
def database(postgres_url):
    """An empty database of its own on the tests' PostgreSQL, as an address for the settings."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE service TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    yield postgres_url.replace("postgresql+psycopg:", "postgresql:").replace("/yokoten_test?", "/service?")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE service WITH (FORCE)"))
    admin.dispose()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_template_is_installed_and_published_on_postgres_and_s3(database, tmp_path):
    with running_s3(tmp_path) as s3:
        client = boto3.client(
            "s3",
            endpoint_url=s3.endpoint,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )
        client.create_bucket(Bucket="yokoten")
        environ = {
            "MARKETPLACE_DATABASE_URL": database,
            "MARKETPLACE_STORAGE_URL": f"s3://yokoten/bundles?endpoint={s3.endpoint}&region=us-east-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
        service = Service(tmp_path / "var", environ=environ)
        service.start()
        try:
            ended = service.wait_for_import(service.install("yokoten/handover-notes"))
            assert ended["state"] == "succeeded", ended
            path = "/api/v1/templates/yokoten/handover-notes/versions/1.0.0/bundle"
            draft = service.call("POST", "/api/v1/drafts", service.call("GET", path, token=None).content)
            assert service.call("POST", f"/api/v1/drafts/{draft.json['id']}/release").status == 201
            stored = client.list_objects_v2(Bucket="yokoten", Prefix="bundles/")
            assert stored["KeyCount"] > 0
            assert not (tmp_path / "var" / "yokoten.db").exists()
            assert not (tmp_path / "var" / "blobs").exists()
        finally:
            assert service.stop() == 0
