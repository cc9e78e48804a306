"""Blobs are deleted when nothing names them any more, and never before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from marketplace.catalog import services as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox.files import UPLOADS_LIVE, attach_files, forget_unused_uploads, store_upload
from marketplace.sandbox.models import Site, StoredFile
from marketplace.storage import keeping
from marketplace.storage.keeping import GRACE, abandon_blobs, delete_abandoned_blobs, keep_blob
from marketplace.storage.models import AbandonedBlob
from tests.bundle.factories import make_bundle
from tests.municipalities.factories import make_municipality
from tests.sandbox_records.factories import NOW, SITE, make_site

LATER = NOW + UPLOADS_LIVE


@pytest.fixture
def upload(session, ports):
    def make(data=b"abc", now=NOW):
        make_site(session)
        key = store_upload(session, ports.blobs, SITE, name="a", content_type="", data=data, now=now)
        session.commit()
        return key

    return make


@pytest.fixture
def sweep(session, sessions, ports):
    """Forget unused uploads and delete blobs, as the housekeeping does; return how many blobs went."""

    def run(now):
        forget_unused_uploads(session, now)
        session.commit()
        return delete_abandoned_blobs(sessions, ports.blobs, now)

    return run


def test_an_upload_that_nothing_was_done_with_dies_after_three_days(session, upload, sweep):
    upload(b"old")
    upload(b"new", NOW + timedelta(minutes=1))
    sweep(LATER - timedelta(seconds=1))
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 2
    sweep(LATER)
    assert session.scalars(select(StoredFile.size)).all() == [3]
    assert session.scalar(select(Site.file_bytes).where(Site.id == SITE)) == 3


def test_what_was_attached_stays(session, upload, sweep):
    attach_files(session, SITE, [upload()], NOW)
    session.commit()
    sweep(LATER)
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_only_so_many_uploads_are_forgotten_at_once(session, upload):
    for number in range(5):
        upload(str(number).encode())
    assert [forget_unused_uploads(session, LATER, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_the_bytes_go_an_hour_after_the_first_sweep(ports, upload, sweep):
    upload()
    assert sweep(LATER) == 0
    assert sweep(LATER + GRACE - timedelta(seconds=1)) == 0
    assert len(ports.blobs.blobs) == 1
    assert sweep(LATER + GRACE) == 1
    assert ports.blobs.blobs == {}
    assert sweep(LATER + GRACE) == 0


def test_bytes_that_another_file_names_stay(session, ports, upload, sweep):
    upload()
    attach_files(session, SITE, [upload()], NOW)
    session.commit()
    sweep(LATER)
    assert sweep(LATER + GRACE) == 0
    assert len(ports.blobs.blobs) == 1
    assert session.scalar(select(func.count()).select_from(AbandonedBlob)) == 0


def test_bytes_that_a_version_of_a_template_names_stay(ctx, session, ports, upload, sweep):
    make_municipality(session, "993018")
    version = catalog.add_version(ctx, "993018", make_bundle())
    bundle = ports.blobs.get(version.digest)
    upload(bundle)
    sweep(LATER)
    assert sweep(LATER + GRACE) == 0
    assert ports.blobs.exists(version.digest)


def test_a_version_released_after_the_bytes_were_abandoned_saves_them(ctx, session, ports, upload, sweep):
    make_municipality(session, "993018")
    version = catalog.add_version(ctx, "993018", make_bundle())
    data = ports.blobs.get(version.digest)
    session.execute(delete(TemplateVersion).where(TemplateVersion.id == version.id))
    session.commit()
    upload(data)
    sweep(LATER)
    keep_blob(session, ports.blobs, data)
    session.commit()
    assert sweep(LATER + GRACE) == 0
    assert ports.blobs.exists(version.digest)


def test_the_same_bytes_uploaded_again_are_kept(ports, upload, sweep):
    upload()
    sweep(LATER)
    upload(now=LATER)
    assert sweep(LATER + GRACE) == 0
    assert len(ports.blobs.blobs) == 1


def test_abandoning_twice_is_harmless(session, ports):
    digest = keep_blob(session, ports.blobs, b"abc")
    abandon_blobs(session, [digest])
    abandon_blobs(session, [digest, digest])
    assert session.scalars(select(AbandonedBlob.digest)).all() == [digest]


class FailingStore:
    """A store that fails at one of its deletions."""

    def __init__(self, blobs, at):
        self.blobs, self.at, self.calls = blobs, at, 0

    def delete(self, digest):
        self.calls += 1
        if self.calls == self.at:
            raise OSError("away")
        self.blobs.delete(digest)


def test_a_sweep_that_broke_off_goes_on_the_next_time(monkeypatch, session, sessions, ports):
    monkeypatch.setattr(keeping, "BATCH", 2)
    digests = [keep_blob(session, ports.blobs, str(number).encode()) for number in range(5)]
    abandon_blobs(session, digests)
    session.commit()
    delete_abandoned_blobs(sessions, ports.blobs, NOW)
    with pytest.raises(OSError, match="away"):
        delete_abandoned_blobs(sessions, FailingStore(ports.blobs, 4), NOW + GRACE)
    assert len(ports.blobs.blobs) == 2
    assert delete_abandoned_blobs(sessions, ports.blobs, NOW + GRACE) == 3
    assert ports.blobs.blobs == {}


def test_a_blob_in_use_is_not_taken_by_a_sweep_at_the_same_moment(sessions, ports):
    with unit_of_work(sessions) as (session, _):
        digest = keep_blob(session, ports.blobs, b"abc")
        abandon_blobs(session, [digest])
    delete_abandoned_blobs(sessions, ports.blobs, NOW)
    with unit_of_work(sessions) as (session, _):
        make_site(session)
        store_upload(session, ports.blobs, SITE, name="a", content_type="", data=b"abc", now=NOW)
    assert delete_abandoned_blobs(sessions, ports.blobs, NOW + GRACE) == 0
    assert ports.blobs.exists(digest)
