"""Administrators who act on each other at the same moment, on real transactions of both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError
from marketplace.municipalities import services
from marketplace.municipalities.models import Membership
from marketplace.municipalities.roles import Role
from tests.fakes import FixedClock
from tests.municipalities.factories import MIHON, actor_for, make_member
from tests.own_database import at_once, own_database


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with own_database(request, tmp_path) as made:
        yield made


def demote(ctx: Context, person_id: str) -> None:
    services.change_role(ctx, MIHON, person_id, "reader")


def remove(ctx: Context, person_id: str) -> None:
    services.remove_member(ctx, MIHON, person_id)


@pytest.mark.parametrize("act", [demote, remove])
def test_administrators_who_demote_or_remove_each_other_at_once_leave_one(engine, ports, act: Callable):
    sessions, clock = Sessions(engine), FixedClock()
    with unit_of_work(sessions) as (session, _):
        people = [make_member(session, MIHON, Role.ADMIN).person_id for _ in range(4)]

    def run(number: int) -> str:
        actor = actor_for(Role.ADMIN, MIHON, people[number])
        try:
            with unit_of_work(sessions) as (session, after_commit):
                act(Context(session, actor, clock, after_commit, ports), people[number - 1])
        except DomainError as error:
            return error.code
        return "done"

    assert sorted(at_once(run, 4)) == ["done", "done", "done", "last-admin"]
    with unit_of_work(sessions, writes=False) as (session, _):
        roles = list(session.scalars(select(Membership.role).where(Membership.municipality_code == MIHON)))
    assert roles.count(Role.ADMIN) == 1
