"""Expired try-outs are removed completely, also when the removal broke off or runs twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.audit.models import AuditEvent
from marketplace.db.base import Base
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.housekeeping import keep_house
from marketplace.installs.models import Import, ImportState
from marketplace.kernel.ports import Ports
from marketplace.sandbox import sites
from marketplace.sandbox.comments.inputs import NewComment
from marketplace.sandbox.comments.services import add_comment
from marketplace.sandbox.cursors.services import create_cursor
from marketplace.sandbox.models import App, AppToken
from marketplace.sandbox.tokens import issue_app_token
from marketplace.storage.keeping import GRACE
from marketplace.tryouts.models import Tryout
from marketplace.tryouts.removal import remove_expired_tryouts
from marketplace.workspaces.models import Workspace
from tests.installs.fake_kintone import KilledError
from tests.own_database import at_once, own_database
from tests.tryouts.factories import Place

KEPT = {"audit_events", "municipalities", "abandoned_blobs"}


def count_rows(sessions: Sessions) -> dict[str, int]:
    """Return how many rows each table holds, without those that outlive try-outs."""
    with unit_of_work(sessions, writes=False) as (session, _):
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in KEPT
        }


def make_used_tryout(place: Place) -> str:
    """Start a try-out, install it and leave something of every kind in it."""
    workspace_id = place.start().tryout.workspace_id
    place.install(workspace_id)
    with unit_of_work(place.sessions) as (session, _):
        caller = sites.owner(session, workspace_id)
        app = session.scalars(select(App).where(App.site_id == workspace_id).order_by(App.record_count.desc())).first()
        assert app is not None
        add_comment(session, caller, app, 1, NewComment("よさそうです。"), place.clock())
        create_cursor(session, caller, app, now=place.clock())
        issue_app_token(session, app, ["view"], place.clock())
    return workspace_id


def remove(place: Place, batch: int = 500) -> int:
    return remove_expired_tryouts(place.sessions, place.ports, place.clock, batch)


def test_nothing_of_an_expired_try_out_is_left(place, sessions, clock):
    before = count_rows(sessions)
    make_used_tryout(place)
    used = {name for name, count in count_rows(sessions).items() if count > before[name]}
    assert {"sandbox_records", "sandbox_cells", "sandbox_comments", "sandbox_cursors", "import_steps"} <= used
    clock.advance(minutes=120)
    assert remove(place) == 1
    assert count_rows(sessions) == before


def test_a_try_out_that_lives_and_other_workspaces_stay(place, sessions, session, clock):
    sites.create_site(session, "theirs", "みほん市", clock())
    session.commit()
    make_used_tryout(place)
    clock.advance(minutes=60)
    living = make_used_tryout(place)
    clock.advance(minutes=60)
    with_both = count_rows(sessions)
    assert remove(place) == 1
    left = count_rows(sessions)
    assert session.scalars(select(Tryout.workspace_id)).all() == [living]
    assert (left["sandbox_sites"], left["workspaces"]) == (2, 1)
    assert left["sandbox_records"] * 2 == with_both["sandbox_records"]


def test_the_files_of_a_try_out_go_with_the_sweep_of_blobs(place, sessions, ports, clock):
    bundles = set(ports.blobs.blobs)
    make_used_tryout(place)
    assert set(ports.blobs.blobs) > bundles
    clock.advance(minutes=120)
    keep_house(sessions, ports, clock)
    clock.moment += GRACE
    keep_house(sessions, ports, clock)
    assert set(ports.blobs.blobs) == bundles


def test_the_removal_is_in_the_audit_log(place, session, clock):
    workspace_id = place.start().tryout.workspace_id
    clock.advance(minutes=120)
    remove(place)
    event = session.scalars(select(AuditEvent).where(AuditEvent.act == "tryout.removed")).one()
    assert event.subject_id == workspace_id


class DyingSessions(Sessions):
    """Sessions of a process that is killed when it opens one too many."""

    def __init__(self, sessions: Sessions, lives: int) -> None:
        super().__init__(sessions.engine)
        self.sessions, self.lives = sessions, lives

    def open(self, *, writes):
        if self.lives == 0:
            raise KilledError
        self.lives -= 1
        return self.sessions.open(writes=writes)


@pytest.mark.parametrize("lives", [1, 2, 3, 7, 20])
def test_a_removal_that_was_killed_goes_on_the_next_time(place, sessions, ports, clock, lives):
    before = count_rows(sessions)
    make_used_tryout(place)
    clock.advance(minutes=120)
    with pytest.raises(KilledError):
        remove_expired_tryouts(DyingSessions(sessions, lives), ports, clock, 5)
    assert count_rows(sessions) != before
    assert remove(place, 5) == 1
    assert count_rows(sessions) == before
    assert remove(place) == 0


def test_an_import_under_way_is_cancelled_and_its_worker_stops(place, sessions, session, clock):
    before = count_rows(sessions)
    workspace_id = place.start().tryout.workspace_id
    session.execute(Import.__table__.update().values(state=ImportState.RUNNING, lease_owner="worker"))
    session.commit()
    clock.advance(minutes=120)
    assert remove(place) == 1
    assert count_rows(sessions) == before
    assert session.get(Workspace, workspace_id) is None


def test_an_import_of_an_expired_try_out_makes_nothing_any_more(place, sessions, clock):
    before = count_rows(sessions)
    made = place.start()
    with unit_of_work(sessions, writes=False) as (session, _):
        import_id = session.scalars(select(Import.id)).one()
    clock.advance(minutes=120)
    remove(place)
    from marketplace.installs.run import run_import

    run_import(sessions, place.ports, lambda *_: pytest.fail("a call was made"), import_id, clock, lambda _: None)
    assert count_rows(sessions) == before
    assert made.tryout.expires_at == clock()


def test_one_part_of_the_housekeeping_that_fails_keeps_no_other_from_its_turn(place, sessions, clock, caplog):
    class Away:
        def delete(self, _digest):
            raise OSError("away")

    keep_house(sessions, place.ports, clock)
    before = count_rows(sessions)
    make_used_tryout(place)
    clock.advance(minutes=120)
    broken = Ports(blobs=Away(), jobs=place.ports.jobs)
    keep_house(sessions, broken, clock)
    clock.moment += GRACE + timedelta(minutes=1)
    keep_house(sessions, broken, clock)
    assert "_delete_blobs" in caplog.text
    assert count_rows(sessions) == before


class TestAtOnce:
    """On real transactions of both databases."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def place(self, request, tmp_path, ports, clock):
        with own_database(request, tmp_path) as engine:
            made = Place(Sessions(engine), ports, clock)
            made.release()
            yield made

    def test_two_removals_at_once_do_the_work_once(self, place, clock):
        before = count_rows(place.sessions)
        for _ in range(2):
            make_used_tryout(place)
        clock.advance(minutes=120)
        removed = at_once(lambda _: remove(place, 20), 2)
        assert sum(removed) == 2
        assert count_rows(place.sessions) == before
        with unit_of_work(place.sessions, writes=False) as (session, _):
            assert session.scalar(select(func.count()).select_from(AppToken)) == 0
