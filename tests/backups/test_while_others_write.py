"""A backup is of one moment, whatever others write and delete meanwhile."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from marketplace.app import make_runtime
from marketplace.backups.making import Source, make_backup
from marketplace.backups.places import open_place
from marketplace.backups.verifying import verify_backup
from marketplace.db.unit_of_work import unit_of_work
from marketplace.sandbox.models import StoredFile
from marketplace.storage.holding import HELD_FOR, RENEW_AFTER, holding_blobs
from marketplace.storage.keeping import GRACE, abandon_blobs, delete_abandoned_blobs, keep_blob
from tests.backups.sites import fill
from tests.fakes import FixedClock

WRITES = 50


def add_file(runtime, number: int) -> str:
    """Store a file and name it, in one transaction."""
    with unit_of_work(runtime.sessions) as (session, _):
        site = session.scalars(select(StoredFile.site_id)).first()
        digest = keep_blob(session, runtime.ports.blobs, os.urandom(3000))
        values = {"name": "a", "content_type": "", "size": 3000, "created_at": datetime.now(UTC)}
        session.add(StoredFile(key=f"new-{number}", site_id=site, digest=digest, **values))
    return digest


def remove_file(runtime, number: int) -> None:
    with unit_of_work(runtime.sessions) as (session, _):
        digest = session.scalar(select(StoredFile.digest).where(StoredFile.key == f"new-{number}"))
        session.execute(delete(StoredFile).where(StoredFile.key == f"new-{number}"))
        abandon_blobs(session, [digest])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_fifty_writes_and_the_sweep_leave_a_backup_whole(new_site, empty, tmp_path, kind):
    site = fill(new_site("site", kind))
    runtime = make_runtime(site.settings)
    for number in range(10):
        add_file(runtime, number)
    stop, done = threading.Event(), []

    def write() -> None:
        for number in range(10, 10 + WRITES):
            add_file(runtime, number)
            remove_file(runtime, number - 10)
            # Long after any grace: what keeps the blobs is the hold alone.
            delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, datetime.now(UTC))
            delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, datetime.now(UTC) + GRACE / 2)
            done.append(number)
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    made = []
    while not stop.is_set() or not made:
        made.append(site.json("backup", tmp_path / "b", "--with-keys"))
    writer.join()
    assert len(done) == WRITES
    assert [each["missing"] for each in made] == [[]] * len(made)
    empty("restore", tmp_path / "b", "--at", made[0]["name"])
    assert empty.count("SELECT count(*) FROM sandbox_files WHERE key LIKE 'new-%'") in {10, 11}
    runtime.engine.dispose()


def test_what_is_deleted_after_the_moment_is_in_the_backup(site, tmp_path):
    runtime, clock = make_runtime(site.settings), FixedClock()
    digest = add_file(runtime, 1)
    place = open_place(str(tmp_path / "b"), tmp_path)

    class Sweeping:
        """The storage of a service whose sweep comes while blobs are being copied."""

        def get(self, asked: str) -> bytes:
            if not swept:
                remove_file(runtime, 1)
                moments = (clock(), clock() + GRACE / 3)
                swept.extend(delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, each) for each in moments)
            return runtime.ports.blobs.get(asked)

    swept: list[int] = []
    source = Source(runtime.sessions, Sweeping(), runtime.ports.vault, clock, "1")
    made = make_backup(source, place)
    assert (made.manifest.missing, swept) == ([], [0, 0])
    assert verify_backup(place.open(made.manifest.name), runtime.ports.vault).damaged == []
    delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, clock() + GRACE)
    delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, clock() + 3 * GRACE)
    assert not runtime.ports.blobs.exists(digest)
    runtime.engine.dispose()


@pytest.mark.slow
def test_a_hold_is_renewed_and_that_of_a_killed_backup_ends_by_itself(site):
    runtime, clock = make_runtime(site.settings), FixedClock()
    site.execute("DELETE FROM blob_holds")
    with holding_blobs(runtime.sessions, clock) as renew:
        first = site.count("SELECT until FROM blob_holds")
        clock.advance(seconds=RENEW_AFTER.total_seconds())
        renew()
        assert site.count("SELECT until FROM blob_holds") > first
    assert site.count("SELECT count(*) FROM blob_holds") == 0
    digest = add_file(runtime, 1)
    remove_file(runtime, 1)
    delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, clock())
    site.killed_at("marketplace.backups.making:write_rows", "backup", site.data_dir / "b")
    now = datetime.now(UTC)
    clock.moment = now + timedelta(seconds=5)
    delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, clock())
    assert runtime.ports.blobs.exists(digest)
    assert delete_abandoned_blobs(runtime.sessions, runtime.ports.blobs, now + HELD_FOR + timedelta(minutes=1)) >= 1
    assert not runtime.ports.blobs.exists(digest)
    runtime.engine.dispose()
