"""A code that is typed twice at the same moment counts once, on real transactions of both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlalchemy import Engine

from marketplace.accounts.factors.models import Authenticator
from marketplace.accounts.factors.recovery import make_codes
from marketplace.accounts.factors.second_step import finish_with_code
from marketplace.accounts.queries import find_person
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.actor import ANONYMOUS
from marketplace.kernel.context import Context
from tests.accounts.factories import make_person
from tests.fakes import FixedClock
from tests.own_database import at_once, own_database

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with own_database(request, tmp_path) as made:
        yield made


@pytest.mark.parametrize("kind", ["authenticator", "recovery"])
def test_of_four_who_type_the_same_code_at_once_one_gets_in(engine, ports, kind):
    sessions, clock = Sessions(engine), FixedClock()
    with unit_of_work(sessions) as (session, _):
        person_id = make_person(session).id
        session.add(
            Authenticator(person_id=person_id, sealed_secret=ports.vault.seal(SECRET), created_at=clock(), last_step=0)
        )
        recovery = make_codes(session, person_id)[0]
    code = recovery if kind == "recovery" else TOTP(SECRET).at(clock())

    def type_it(_number: int) -> bool:
        with unit_of_work(sessions) as (session, after_commit):
            ctx = Context(session, ANONYMOUS, clock, after_commit, ports)
            return finish_with_code(ctx, find_person(session, person_id), code).refusal is None

    assert sorted(at_once(type_it, 4)) == [False, False, False, True]
