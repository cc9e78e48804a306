"""What is kept for a while only is forgotten, once an hour."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.housekeeping import JOB, Hourly, forget
from marketplace.idempotency.models import KeptAnswer
from marketplace.idempotency.services import replay


def test_the_errand_is_due_at_once_and_then_every_hour(clock):
    hourly = Hourly()
    assert hourly.due(clock()) == [(JOB, "expired")]
    clock.advance(minutes=59)
    assert hourly.due(clock()) == []
    clock.advance(minutes=1)
    assert hourly.due(clock()) == [(JOB, "expired")]


def test_only_answers_older_than_a_day_are_forgotten(ctx, clock):
    replay(ctx, "old", "digest")
    clock.moment += timedelta(hours=23)
    replay(ctx, "new", "digest")
    clock.moment += timedelta(hours=1)
    forget(ctx)
    assert ctx.session.scalars(select(KeptAnswer.key)).all() == ["new"]
