"""The count of changes of what strangers may see goes up with each, in the transaction that makes it, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEvent
from marketplace.db.public_revision import PublicState, read_public_revision
from marketplace.db.unit_of_work import Sessions, let_go, unit_of_work
from marketplace.municipalities.models import Municipality
from tests.api.test_cost import counted
from tests.municipalities.factories import MIHON, make_municipality
from tests.own_database import at_once, own_database

RENAMED = update(Municipality).where(Municipality.code == MIHON)
AS_TEXT = "UPDATE municipalities SET name = '別の市'"


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request, tmp_path):
    """Sessions on a database of the test's own with one municipality."""
    with own_database(request, tmp_path) as engine:
        made = Sessions(engine)
        with unit_of_work(made) as (session, _):
            make_municipality(session, MIHON)
        yield made


def revision(sessions: Sessions) -> str:
    with sessions.open(writes=False) as session:
        return read_public_revision(session)


def by_object(session: Session) -> None:
    session.get_one(Municipality, MIHON).name = "別の市"


def by_text(session: Session) -> None:
    session.execute(text(AS_TEXT))


def by_driver(session: Session) -> None:
    session.connection().exec_driver_sql(AS_TEXT)


def in_savepoint(session: Session) -> None:
    with session.begin_nested():
        session.execute(RENAMED.values(name="別の市"))


def by_deletion(session: Session) -> None:
    session.delete(session.get_one(Municipality, MIHON))


def before_letting_go(session: Session) -> None:
    session.execute(RENAMED.values(name="別の市"))
    let_go(session)


@pytest.mark.parametrize("act", [by_object, by_text, by_driver, in_savepoint, by_deletion, before_letting_go])
def test_a_change_is_counted_once_however_it_is_made(own, act: Callable[[Session], None]):
    before, change = revision(own), own.last_change
    with counted(own.engine) as sent, unit_of_work(own) as (session, _):
        act(session)
    assert revision(own).split()[0] == str(int(before.split()[0]) + 1)
    assert len([each for each in sent if "public_state" in each]) == 1
    assert own.last_change is not change


def test_what_nobody_sees_and_what_is_undone_are_not_counted(own, clock):
    before, change = revision(own), own.last_change
    unseen = {
        "id": "e1",
        "at": clock(),
        "actor_kind": "system",
        "act": "x",
        "subject_kind": "x",
        "facts": {},
        "address": "",
    }
    with unit_of_work(own) as (session, _):
        session.execute(insert(AuditEvent).values(actor_name="", subject_id="x", **unseen))
    session = own.open(writes=True)
    session.execute(RENAMED.values(name="別の市"))
    session.rollback()
    session.close()
    # The connection that was rolled back is used again.
    with unit_of_work(own) as (session, _):
        session.execute(select(Municipality)).all()
    assert (revision(own), own.last_change) == (before, change)


def test_whoever_sees_the_change_sees_the_new_revision_and_nobody_before(own):
    """Read first, a revision is never newer than what is read after it."""
    before = revision(own)
    session = own.open(writes=True)
    session.execute(RENAMED.values(name="別の市"))
    session.flush()
    assert revision(own) == before
    session.commit()
    session.close()
    assert revision(own) != before


def test_changes_at_once_are_all_counted_and_nobody_waits_for_ever(own):
    """The row is locked by the last statement of each, so that no two can wait for each other."""

    def change(number: int) -> None:
        for round_ in range(5):
            with unit_of_work(own) as (session, _):
                session.execute(RENAMED.values(name=f"{number}の{round_}番目"))

    before = int(revision(own).split()[0])
    at_once(change)
    assert int(revision(own).split()[0]) == before + 4 * 5


def test_a_number_that_comes_again_is_another_revision(own):
    """As after a restore: whoever kept answers by the number alone would take old ones for new."""
    seen = set()
    for _ in range(2):
        with unit_of_work(own) as (session, _):
            session.execute(update(PublicState).values(revision=7))
            session.execute(RENAMED.values(name="別の市"))
        seen.add(revision(own))
    assert len(seen) == 2
    assert {each.split()[0] for each in seen} == {"8"}
