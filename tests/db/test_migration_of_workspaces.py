"""A workspace in use keeps everything when migrations 0004 comes and goes, and is counted by it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, table, text

from marketplace.db.migrating import downgrade, upgrade
from tests.db.test_migrations import empty_engine  # noqa: F401 - the fixture

NOW = "'2026-11-23 01:30:00'"
SITE = "INSERT INTO sandbox_sites (id, name, language, timezone, last_app_id, last_item_id, created_at) VALUES "
APP = (
    "INSERT INTO sandbox_apps (pk, site_id, app_id, code, name, preview_revision, deploy_status, last_field_id, "
    "last_record_id, last_row_id, created_at, creator, modified_at, modifier) VALUES "
)
RECORD = (
    'INSERT INTO sandbox_records (app_pk, record_id, revision, "values", assignees, created_at, creator, updated_at, '
    "modifier) VALUES "
)
CELL = "INSERT INTO sandbox_cells (app_pk, record_id, field_id, row, item, text) VALUES "
FILE = "INSERT INTO sandbox_files (key, site_id, attached, digest, name, content_type, size, created_at) VALUES "


@pytest.fixture
def used(empty_engine):  # noqa: F811
    """The first schema with a workspace of two records and two files."""
    upgrade(empty_engine, "0001")
    with empty_engine.begin() as connection:
        for statement in (
            f"{SITE} ('a', 'みほん市', 'ja', 'Asia/Tokyo', 1, 0, {NOW})",
            f"{APP} (7, 'a', 1, '', '申請', 1, 'SUCCESS', 1, 2, 0, {NOW}, 'x', {NOW}, 'x')",
            f"{RECORD} (7, 1, 1, '{{}}', '[]', {NOW}, 'x', {NOW}, 'x')",
            f"{RECORD} (7, 2, 1, '{{}}', '[]', {NOW}, 'x', {NOW}, 'x')",
            f"{CELL} (7, 1, 1, 0, 0, 'あ')",
            f"{FILE} ('k1', 'a', false, 'd', 'n', 't', 30, {NOW}), ('k2', 'a', true, 'd', 'n', 't', 12, {NOW})",
        ):
            connection.execute(text(statement))
    return empty_engine


def counted(engine):
    """Return how many rows each table of the workspace holds."""
    tables = ("sandbox_sites", "sandbox_apps", "sandbox_records", "sandbox_cells", "sandbox_files")
    with engine.connect() as connection:
        return [connection.scalar(select(func.count()).select_from(table(name))) for name in tables]


def test_what_is_there_is_counted(used):
    upgrade(used, "0004")
    with used.connect() as connection:
        assert connection.scalar(text("SELECT file_bytes FROM sandbox_sites")) == 42
        assert connection.scalar(text("SELECT record_count FROM sandbox_apps")) == 2
    assert counted(used) == [1, 1, 2, 1, 2]


def test_nothing_is_lost_on_the_way_back(used):
    upgrade(used, "0004")
    downgrade(used, "0001")
    assert counted(used) == [1, 1, 2, 1, 2]
