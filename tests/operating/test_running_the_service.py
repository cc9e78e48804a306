"""Who runs the service, and what the housekeeping leaves for them to read."""

from __future__ import annotations

import pytest

from marketplace.accounts.queries import find_person_by_email
from marketplace.housekeeping import keep_house
from marketplace.kernel.actor import Permission
from marketplace.kernel.errors import ForbiddenError
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.queries import actor_of_person
from marketplace.operating.errors import ActsForOthersError
from marketplace.operating.rounds import find_last_round
from marketplace.operating.staff import add_operator
from tests.accounts.factories import make_person
from tests.municipalities.factories import MIHON, actor_for, make_member, make_municipality

EMAIL = "operator@example.jp"


def test_the_command_makes_an_administrator_of_the_operator_once(ctx, session):
    make_municipality(session, OPERATOR_CODE)
    assert add_operator(ctx, EMAIL, "運営 一郎")
    assert add_operator(ctx, EMAIL, "運営 一郎") is None
    actor = actor_of_person(session, find_person_by_email(session, EMAIL), "")
    assert actor.may(Permission.SERVICE_OPERATE, OPERATOR_CODE)


def test_administrators_of_a_municipality_do_not_run_the_service(ctx, session, context_of):
    make_municipality(session, OPERATOR_CODE)
    person = make_person(session, email=EMAIL)
    make_member(session, MIHON, person_id=person.id)
    with pytest.raises(ActsForOthersError):
        add_operator(ctx, EMAIL, "見本 花子")
    actor = actor_of_person(session, person, "")
    assert Permission.SERVICE_OPERATE not in actor.permissions
    with pytest.raises(ForbiddenError):
        add_operator(context_of(actor_for("admin", OPERATOR_CODE)), "other@example.jp", "他人")


def test_the_housekeeping_notes_when_it_was_done_and_what_failed(session, sessions, ports, clock):
    assert find_last_round(session) is None
    keep_house(sessions, ports, clock)
    clock.advance(hours=1)
    keep_house(sessions, ports, clock)
    session.expire_all()
    last = find_last_round(session)
    assert (last.ended_at, last.failed_parts) == (clock(), 0)
