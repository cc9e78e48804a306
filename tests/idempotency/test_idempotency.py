from __future__ import annotations

import pytest

from marketplace.db.unit_of_work import unit_of_work
from marketplace.idempotency.errors import (
    IdempotencyConflictError,
    IdempotencyKeyInvalidError,
    IdempotencyMismatchError,
)
from marketplace.idempotency.services import StoredAnswer, forget_expired, remember, replay
from marketplace.kernel.actor import ANONYMOUS
from marketplace.kernel.context import Context
from marketplace.kernel.errors import UnauthenticatedError
from tests.municipalities.factories import MIHON, actor_for

CREATED = StoredAnswer(201, {"Location": "/api/v1/imports/abc"}, '{"id":"あ"}'.encode())


@pytest.fixture
def caller(context_of):
    return context_of(actor_for("installer", MIHON))


def test_a_new_key_is_free_to_use(caller):
    assert replay(caller, "key", "digest") is None


def test_the_same_request_again_gets_the_first_answer_unchanged(caller):
    replay(caller, "key", "digest")
    remember(caller, "key", "digest", CREATED)
    assert replay(caller, "key", "digest") == CREATED


def test_a_different_request_with_the_same_key_is_refused(caller):
    replay(caller, "key", "digest")
    remember(caller, "key", "digest", CREATED)
    with pytest.raises(IdempotencyMismatchError) as refusal:
        replay(caller, "key", "other digest")
    assert refusal.value.code == "idempotency-key-reused"


def test_a_key_whose_first_request_has_not_ended_is_in_use(caller):
    replay(caller, "key", "digest")
    with pytest.raises(IdempotencyConflictError) as refusal:
        replay(caller, "key", "digest")
    assert refusal.value.code == "idempotency-key-in-use"


def test_two_callers_may_use_the_same_key(caller, context_of):
    replay(caller, "key", "digest")
    remember(caller, "key", "digest", CREATED)
    other = context_of(actor_for("installer", MIHON, "somebody else"))
    assert replay(other, "key", "digest") is None


def test_a_request_that_failed_leaves_its_key_free(sessions, clock, ports):
    def attempt() -> StoredAnswer | None:
        with unit_of_work(sessions) as (session, after_commit):
            ctx = Context(session, actor_for("installer", MIHON), clock, after_commit, ports)
            found = replay(ctx, "key", "digest")
            if found is None:
                raise RuntimeError
            return found

    for _try in range(2):
        with pytest.raises(RuntimeError):
            attempt()


def test_an_answer_counts_for_a_day(caller, clock):
    replay(caller, "key", "digest")
    remember(caller, "key", "digest", CREATED)
    clock.advance(hours=23, minutes=59)
    assert replay(caller, "key", "digest") == CREATED
    clock.advance(minutes=1)
    assert replay(caller, "key", "other digest") is None


def test_only_answers_that_no_longer_count_are_forgotten(caller, clock):
    replay(caller, "old", "digest")
    clock.advance(hours=25)
    replay(caller, "new", "digest")
    assert forget_expired(caller) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "鍵", "a b", "a\n", "\x00"], ids=repr)
def test_a_key_that_no_header_should_hold_is_refused(caller, key):
    with pytest.raises(IdempotencyKeyInvalidError):
        replay(caller, key, "digest")


def test_the_longest_key_is_accepted(caller):
    assert replay(caller, "x" * 255, "digest") is None


def test_a_stranger_has_no_keys(context_of):
    with pytest.raises(UnauthenticatedError):
        replay(context_of(ANONYMOUS), "key", "digest")
