"""What a site may hold, and that it is counted right, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.kernel.limits import MEGABYTE, SiteLimits
from marketplace.sandbox import apps, sites
from marketplace.sandbox.errors import SiteNotFoundError
from marketplace.sandbox.files import attach_files, store_upload
from marketplace.sandbox.models import Record, Site, StoredFile
from marketplace.sandbox.quotas.errors import (
    AppFullError,
    FilesFullError,
    FileTooLargeError,
    SiteFullError,
    TooManyAppsError,
    TooManyUsersError,
)
from marketplace.sandbox.quotas.services import Usage, apply_standard_limits, read_usage
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.writing import add_record, add_records, update_records, upsert_records
from marketplace.storage.models import AbandonedBlob
from tests.sandbox_records.factories import NOW, SITE, caller, field, make_app, make_site, number, row, table, values


@pytest.fixture
def limit(session):
    """Give the site limits of its own."""

    def make(**limits):
        make_site(session).limits = SiteLimits(**limits).as_document()
        session.flush()

    return make


@pytest.fixture
def upload(session, ports):
    def make(data=b"abc", site_id=SITE):
        make_site(session)
        return store_upload(session, ports.blobs, site_id, name="a", content_type="", data=data, now=NOW)

    return make


def usage(session) -> Usage:
    return read_usage(session, SITE)


def attach(key):
    return [{"fileKey": key}]


def counters_are_true(session):
    """Compare every counter with the rows it counts."""
    held = usage(session)
    records = session.scalar(select(func.count()).select_from(Record))
    size = session.scalar(select(func.coalesce(func.sum(StoredFile.size), 0)).where(StoredFile.site_id == SITE))
    return (held.records, held.file_bytes) == (records, size)


def test_a_site_has_so_many_apps(session, limit):
    limit(apps=2)
    for _ in range(2):
        apps.create_app(session, caller("admin"), "申請", None, None, NOW)
    with pytest.raises(TooManyAppsError) as refused:
        apps.create_app(session, caller("admin"), "申請", None, None, NOW)
    assert "2個まで" in refused.value.message.in_language("ja", **refused.value.params)
    assert usage(session).apps == 2


def test_an_app_has_so_many_records(session, limit):
    app = make_app(session, 数=number(unique=True))
    limit(app_records=3)
    add_records(session, caller(), app, [values(数=place) for place in range(3)], NOW)
    for more in (lambda: add_record(session, caller(), app, None, NOW), lambda: upsert(session, app)):
        with pytest.raises(AppFullError), session.begin_nested():
            more()
    delete_records(session, caller(), app, [1])
    add_record(session, caller(), app, None, NOW)
    assert counters_are_true(session)


def upsert(session, app):
    new = {"updateKey": {"field": "数", "value": "77"}, "record": {}}
    return upsert_records(session, caller(), app, [new], NOW)


def test_the_apps_of_a_site_have_so_many_records_together(session, limit):
    one, other = make_app(session, 数=number()), make_app(session, 数=number())
    limit(records=5)
    add_records(session, caller(), one, [values(数=1)] * 3, NOW)
    with pytest.raises(SiteFullError), session.begin_nested():
        add_records(session, caller(), other, [values(数=1)] * 3, NOW)
    add_records(session, caller(), other, [values(数=1)] * 2, NOW)
    assert usage(session).records == 5


def test_the_records_of_another_site_do_not_count(session, limit):
    app = make_app(session, 数=number())
    limit(records=1)
    sites.create_site(session, "elsewhere", "よそ", NOW)
    add_record(session, caller(), app, None, NOW)
    assert read_usage(session, "elsewhere").records == 0


def test_the_files_of_a_site_have_so_many_bytes(session, limit, upload):
    limit(file_bytes=5)
    upload(b"abc")
    with pytest.raises(FilesFullError), session.begin_nested():
        upload(b"abc")
    upload(b"ab")
    assert usage(session).file_bytes == 5
    assert counters_are_true(session)


def test_what_is_refused_is_not_stored(session, ports, limit, upload):
    limit(file_bytes=5 * MEGABYTE, upload_bytes=2)
    with pytest.raises(FileTooLargeError):
        upload(b"abc")
    assert ports.blobs.blobs == {}


def test_a_site_has_so_many_users(session, limit):
    limit(users=4)
    sites.add_user(session, SITE, "tanaka", "田中", None)
    with pytest.raises(TooManyUsersError):
        sites.add_user(session, SITE, "yamada", "山田", None)
    sites.add_user(session, SITE, "tanaka", "田中 一", "new")
    assert usage(session).users == 4


def test_nothing_can_be_added_to_a_site_that_is_not_there(session, upload):
    for act in (
        lambda: upload(site_id="nowhere"),
        lambda: sites.add_user(session, "nowhere", "a", "a", None),
        lambda: read_usage(session, "nowhere"),
    ):
        with pytest.raises(SiteNotFoundError):
            act()


def test_deleting_a_record_frees_its_files(session, upload):
    app = make_app(session, 添付=field("FILE"), 明細=table(写真=field("FILE")))
    record = values(添付=attach(upload(b"one")), 明細=[row(写真=attach(upload(b"three")))])
    add_records(session, caller(), app, [record, values(添付=attach(upload(b"kept")))], NOW)
    delete_records(session, caller(), app, [1])
    assert usage(session).file_bytes == 4
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
    assert session.scalar(select(func.count()).select_from(AbandonedBlob)) == 2


def test_a_file_taken_out_of_its_record_is_freed(session, upload):
    app = make_app(session, 添付=field("FILE"), 数=number())
    add_record(session, caller(), app, values(添付=attach(upload(b"old"))), NOW)
    update_records(session, caller(), app, [{"id": 1, "record": values(数=1)}], NOW)
    assert usage(session).file_bytes == 3
    update_records(session, caller(), app, [{"id": 1, "record": values(添付=attach(upload(b"newer")))}], NOW)
    assert usage(session).file_bytes == 5
    assert counters_are_true(session)


def test_attaching_counts_nothing_twice(session, upload):
    attach_files(session, SITE, [upload(b"abc")], NOW)
    assert usage(session).file_bytes == 3
    assert counters_are_true(session)


def test_new_standard_limits_reach_every_site_but_the_sealed_ones(session):
    small = SiteLimits(apps=3)
    sites.create_site(session, "tried", "お試し", NOW, limits=small, sealed=True)
    make_site(session)
    apply_standard_limits(session, SiteLimits(apps=7))
    found = {site.id: SiteLimits.from_document(site.limits).apps for site in session.scalars(select(Site))}
    assert (found[SITE], found["tried"]) == (7, 3)
