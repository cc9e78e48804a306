"""No code of an authenticator app counts twice, in whatever order codes come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyotp import TOTP, random_base32

from marketplace.accounts.factors.authenticators import STEP_SECONDS, TOLERATED_STEPS, matching_step, use_totp
from marketplace.accounts.factors.models import Authenticator
from marketplace.accounts.factors.rekeying import rekey_authenticators
from marketplace.vault.fernet import FernetVault, new_key
from tests.accounts.factories import make_person

STEPS = st.lists(st.tuples(st.integers(0, 90), st.integers(-3, 3)), max_size=12)
"""How many seconds pass before each try, and how many half minutes the code is off."""


@pytest.fixture
def app(ctx) -> tuple[Authenticator, TOTP]:
    person, secret = make_person(ctx.session), random_base32()
    made = Authenticator(
        person_id=person.id, sealed_secret=ctx.ports.vault.seal(secret), created_at=ctx.now(), last_step=0
    )
    ctx.session.add(made)
    ctx.session.flush()
    return made, TOTP(secret)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tries=STEPS)
def test_a_code_counts_if_it_is_near_and_newer_than_the_last_that_counted(ctx, clock, app, tries):
    made, totp = app
    made.last_step = 0
    ctx.session.flush()
    last = 0
    for pause, off in tries:
        clock.advance(seconds=pause)
        now = int(clock().timestamp()) // STEP_SECONDS
        code = totp.at((now + off) * STEP_SECONDS)
        near = [now + each for each in (-1, 0, 1) if totp.at((now + each) * STEP_SECONDS) == code]
        expected = bool(near) and near[0] > last
        assert use_totp(ctx, made.person_id, code) is expected
        last = near[0] if expected else last
        assert made.last_step == last


@given(typed=st.text(max_size=12), now=st.integers(0, 10**8))
@settings(max_examples=60)
def test_whatever_is_typed_is_a_code_of_this_minute_or_none(typed, now):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    step = matching_step(secret, typed, now)
    assert step is None or abs(step - now) <= TOLERATED_STEPS


def test_a_new_key_seals_the_secrets_anew_and_without_the_old_one_no_code_counts(ctx, app, clock):
    made, totp = app
    old, new = new_key(), new_key()
    made.sealed_secret = FernetVault([old]).seal(totp.secret)
    both = replace(ctx, ports=replace(ctx.ports, vault=FernetVault([new, old])))
    assert rekey_authenticators(both) == (1, 0)
    only = replace(ctx, ports=replace(ctx.ports, vault=FernetVault([new])))
    assert use_totp(only, made.person_id, totp.at(clock()))
    other = replace(ctx, ports=replace(ctx.ports, vault=FernetVault([old])))
    assert rekey_authenticators(other) == (0, 1)
    assert not use_totp(other, made.person_id, totp.at(clock()))
