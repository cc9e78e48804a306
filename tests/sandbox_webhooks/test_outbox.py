"""Deliveries wait their turn, are tried a few times, throttled, and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.housekeeping import forget
from marketplace.sandbox.records import writing
from marketplace.sandbox.webhooks import outbox
from marketplace.sandbox.webhooks.models import DeliveryState
from marketplace.sandbox.webhooks.outbox import LEASE, MOST_ATTEMPTS, MOST_IN_A_MINUTE, PAUSES, Outcome
from tests.sandbox_records.factories import NOW, SITE, caller, make_app
from tests.sandbox_webhooks.factories import deliveries, make_listened_app, make_webhook

REFUSED = Outcome(status=500)


@pytest.fixture
def app(session):
    return make_listened_app(session)


def add(session, app, count=1, now=NOW):
    for _ in range(count):
        writing.add_record(session, caller(), app, {}, now)


def only(session):
    [delivery] = deliveries(session)
    return delivery


def test_a_delivery_is_due_at_once_and_taken_by_one(session, app):
    assert outbox.due_sites(session, NOW) == []
    add(session, app)
    assert outbox.due_sites(session, NOW) == [SITE]
    attempt = outbox.take(session, SITE, NOW)
    assert (attempt.number, attempt.event, attempt.payload["type"]) == (1, "ADD_RECORD", "ADD_RECORD")
    assert outbox.take(session, SITE, NOW) is None
    assert outbox.due_sites(session, NOW) == []


def test_the_oldest_is_taken_first(session, app):
    add(session, app, now=NOW + timedelta(seconds=1))
    add(session, app, now=NOW)
    assert outbox.take(session, SITE, NOW + timedelta(seconds=2)).payload["record"]["$id"]["value"] == "2"


def test_another_site_takes_nothing_of_it(session, app):
    add(session, app)
    assert outbox.take(session, "elsewhere", NOW) is None


def test_what_was_taken_well_ends_and_its_content_is_forgotten(session, app):
    add(session, app)
    outbox.note(session, outbox.take(session, SITE, NOW), Outcome(status=204), NOW)
    done = only(session)
    assert (done.state, done.status, done.error, done.payload) == (DeliveryState.DELIVERED, 204, None, None)
    assert done.finished_at == NOW


@pytest.mark.parametrize("outcome", [Outcome(status=500), Outcome(status=302), Outcome(status=404), Outcome(error="x")])
def test_any_other_end_is_followed_by_another_attempt_after_a_pause(session, app, outcome):
    add(session, app)
    first = outbox.take(session, SITE, NOW)
    outbox.note(session, first, outcome, NOW)
    assert outbox.take(session, SITE, NOW + PAUSES[0] - timedelta(seconds=1)) is None
    second = outbox.take(session, SITE, NOW + PAUSES[0])
    assert (second.number, second.payload) == (2, first.payload)


def test_after_the_last_attempt_it_is_given_up(session, app):
    add(session, app)
    now = NOW
    for number in range(MOST_ATTEMPTS):
        attempt = outbox.take(session, SITE, now)
        assert attempt.number == number + 1
        outbox.note(session, attempt, REFUSED, now)
        now += timedelta(minutes=10)
    given_up = only(session)
    assert (given_up.state, given_up.status, given_up.payload) == (DeliveryState.FAILED, 500, None)
    assert outbox.take(session, SITE, now) is None


def test_an_attempt_whose_worker_died_is_repeated_under_the_same_id(session, app):
    add(session, app)
    first = outbox.take(session, SITE, NOW)
    assert outbox.take(session, SITE, NOW + LEASE - timedelta(seconds=1)) is None
    again = outbox.take(session, SITE, NOW + LEASE)
    assert (again.number, again.payload["id"]) == (2, first.payload["id"])


def test_a_worker_thought_dead_changes_nothing_any_more(session, app):
    add(session, app)
    late = outbox.take(session, SITE, NOW)
    outbox.take(session, SITE, NOW + LEASE)
    outbox.note(session, late, REFUSED, NOW + LEASE)
    assert (only(session).state, only(session).status) == (DeliveryState.PENDING, None)


def test_a_message_that_kills_its_worker_each_time_is_given_up(session, app):
    add(session, app)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        assert outbox.take(session, SITE, now) is not None
        now += LEASE
    assert outbox.take(session, SITE, now) is None
    assert (only(session).state, only(session).error) == (DeliveryState.FAILED, outbox.INTERRUPTED)


def test_in_one_minute_a_site_sends_sixty_and_the_rest_is_counted_in_one_row(session, app):
    add(session, app, MOST_IN_A_MINUTE + 5)
    waiting = [each for each in deliveries(session) if each.state is DeliveryState.PENDING]
    [dropped] = [each for each in deliveries(session) if each.state is DeliveryState.DROPPED]
    assert (len(waiting), dropped.dropped, dropped.payload) == (MOST_IN_A_MINUTE, 5, None)


def test_all_apps_of_a_site_share_the_minute(session, app):
    other = make_listened_app(session)
    add(session, app, MOST_IN_A_MINUTE)
    add(session, other)
    assert [each.state for each in deliveries(session) if each.dropped] == [DeliveryState.DROPPED]


def test_the_minute_is_over_after_a_minute(session, app):
    add(session, app, MOST_IN_A_MINUTE + 1)
    add(session, app, now=NOW + timedelta(seconds=60))
    assert [each.dropped for each in deliveries(session) if each.dropped] == [1]


def test_the_last_places_of_the_minute_go_to_some_of_the_webhooks(session, app):
    add(session, app, MOST_IN_A_MINUTE - 1)
    make_webhook(session, app)
    add(session, app)
    assert len([each for each in deliveries(session) if each.state is DeliveryState.PENDING]) == MOST_IN_A_MINUTE
    assert [each.dropped for each in deliveries(session) if each.dropped] == [1]


def test_only_old_deliveries_that_ended_are_forgotten(ctx, clock):
    app = make_app(ctx.session)
    make_webhook(ctx.session, app)
    old = clock() - timedelta(days=15)
    add(ctx.session, app, 2, now=old)
    outbox.note(ctx.session, outbox.take(ctx.session, SITE, old), Outcome(status=200), old)
    add(ctx.session, app, now=clock())
    forget(ctx)
    assert [each.state for each in deliveries(ctx.session)] == [DeliveryState.PENDING] * 2


def test_deliveries_go_with_their_webhook(session, app):
    add(session, app)
    webhook = make_webhook(session, make_app(session))
    session.delete(webhook)
    session.flush()
    assert len(deliveries(session)) == 1
