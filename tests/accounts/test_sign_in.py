from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.accounts import services
from marketplace.accounts.errors import SignInRefusedError, SignInThrottledError
from marketplace.accounts.models import SignInFailure
from marketplace.accounts.passwords import matches
from marketplace.accounts.throttle import forget_old_failures, note_failure
from marketplace.audit.models import AuditEvent
from marketplace.db.unit_of_work import unit_of_work
from marketplace.kernel.actor import Actor, ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language
from tests.accounts.factories import PASSWORD, make_person


@pytest.fixture
def stranger(context_of):
    return context_of(Actor(kind=ActorKind.ANONYMOUS, address="192.0.2.7"))


def fail(ctx, email, times=1):
    """Guess wrong and return the last refusal."""
    return [services.authenticate(ctx, email, "a wrong password").refusal for _try in range(times)][-1]


def test_the_right_password_signs_in(stranger):
    person = make_person(stranger.session, email="taro@example.lg.jp")
    signed_in = services.authenticate(stranger, " TARO@example.lg.jp", PASSWORD)
    assert (signed_in.person, signed_in.refusal) == (person, None)


def test_a_password_typed_in_full_width_counts_as_the_same(stranger):
    person = make_person(stranger.session)
    assert services.authenticate(stranger, person.email, PASSWORD.replace("correct", "ｃｏｒｒｅｃｔ")).person is person


@pytest.mark.parametrize("case", ["wrong password", "unknown", "disabled", "empty", "strange"])
def test_every_refusal_looks_the_same(stranger, case):
    person = make_person(stranger.session, disabled=case == "disabled")
    email = {"unknown": "nobody@example.lg.jp", "empty": "", "strange": "\x00\ud800"}.get(case, person.email)
    signed_in = services.authenticate(stranger, email, "nope" if case == "wrong password" else PASSWORD)
    assert signed_in.person is None
    assert type(signed_in.refusal) is SignInRefusedError
    assert signed_in.refusal.params == {}


def test_an_unknown_address_costs_a_hash_as_well():
    assert matches(None, PASSWORD) is False


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(email=st.text(max_size=30), password=st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_sign_in(stranger, email, password):
    assert services.authenticate(stranger, email, password).person is None


def test_after_five_failures_even_the_right_password_must_wait(stranger, clock):
    person = make_person(stranger.session)
    assert isinstance(fail(stranger, person.email, 5), SignInRefusedError)
    refusal = services.authenticate(stranger, person.email, PASSWORD).refusal
    assert isinstance(refusal, SignInThrottledError)
    assert refusal.params == {"retry_after": 30}
    assert "30秒" in refusal.advises(Language.JA)
    clock.advance(seconds=30)
    assert services.authenticate(stranger, person.email, PASSWORD).person is person


def test_the_wait_doubles_with_each_further_failure_up_to_a_quarter_of_an_hour(stranger, clock):
    person, waits = make_person(stranger.session), []
    fail(stranger, person.email, 5)
    for _round in range(7):
        wait = fail(stranger, person.email).params["retry_after"]
        waits.append(wait)
        clock.advance(seconds=wait)
        assert isinstance(fail(stranger, person.email), SignInRefusedError)
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_a_try_during_the_wait_does_not_lengthen_it(stranger, clock):
    person = make_person(stranger.session)
    fail(stranger, person.email, 5)
    clock.advance(seconds=20)
    fail(stranger, person.email)
    assert fail(stranger, person.email).params == {"retry_after": 10}


def test_the_wait_is_for_one_address_only(stranger):
    person, other = make_person(stranger.session), make_person(stranger.session)
    fail(stranger, person.email, 5)
    assert services.authenticate(stranger, other.email, PASSWORD).person is other


def test_an_unknown_address_is_throttled_like_a_known_one(stranger):
    assert isinstance(fail(stranger, "nobody@example.lg.jp", 5), SignInRefusedError)
    assert isinstance(fail(stranger, "nobody@example.lg.jp"), SignInThrottledError)


def test_a_network_that_guesses_for_many_people_must_wait(stranger):
    person = make_person(stranger.session)
    for number in range(50):
        note_failure(stranger, f"nobody{number}@example.lg.jp")
    assert isinstance(services.authenticate(stranger, person.email, PASSWORD).refusal, SignInThrottledError)


def test_a_success_clears_the_failures(stranger):
    person = make_person(stranger.session)
    fail(stranger, person.email, 4)
    services.authenticate(stranger, person.email, PASSWORD)
    assert isinstance(fail(stranger, person.email, 5), SignInRefusedError)


def test_failures_survive_because_the_refusal_is_returned_and_the_work_committed(sessions, clock, ports):
    for _try in range(6):
        with unit_of_work(sessions) as (session, after_commit):
            ctx = Context(session, Actor(kind=ActorKind.ANONYMOUS), clock, after_commit, ports)
            refusal = fail(ctx, "nobody@example.lg.jp")
    assert isinstance(refusal, SignInThrottledError)


def test_failures_of_yesterday_are_forgotten(stranger, clock):
    person = make_person(stranger.session)
    fail(stranger, person.email, 5)
    clock.advance(hours=12)
    assert services.authenticate(stranger, person.email, PASSWORD).person is person
    fail(stranger, person.email)
    assert forget_old_failures(stranger) == 0
    assert stranger.session.scalar(select(func.count()).select_from(SignInFailure)) == 1


def test_the_table_of_failures_does_not_show_what_was_typed(stranger):
    fail(stranger, "my-secret-password")
    assert "secret" not in stranger.session.scalars(select(SignInFailure)).one().email_hash


def test_a_hash_with_old_settings_is_renewed_at_sign_in(stranger):
    person = make_person(stranger.session)
    person.password_hash = old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert services.authenticate(stranger, person.email, PASSWORD).person is person
    assert person.password_hash != old
    assert services.authenticate(stranger, person.email, PASSWORD).person is person


def test_sign_ins_and_refusals_are_in_the_audit_log(stranger):
    person = make_person(stranger.session)
    services.authenticate(stranger, person.email, "nope")
    services.authenticate(stranger, person.email, PASSWORD)
    rows = stranger.session.scalars(select(AuditEvent))
    assert {(row.act, row.subject_id, row.address) for row in rows} == {
        ("sign-in.refused", person.id, "192.0.2.7"),
        ("sign-in.accepted", person.id, "192.0.2.7"),
    }
