"""What is kept for a while only is forgotten, once an hour."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.accounts.factors.models import SpentChallenge
from marketplace.accounts.models import PasswordReset, SignInSession
from marketplace.accounts.sessions import begin_session
from marketplace.housekeeping import JOB, Periodic, forget
from marketplace.idempotency.models import KeptAnswer
from marketplace.idempotency.services import replay
from marketplace.mail.models import Mail, MailState
from tests.accounts.factories import make_person


def test_the_errand_is_due_at_once_and_then_every_hour(clock):
    hourly = Periodic()
    assert hourly.due(clock()) == [(JOB, "expired")]
    clock.advance(minutes=59)
    assert hourly.due(clock()) == []
    clock.advance(minutes=1)
    assert hourly.due(clock()) == [(JOB, "expired")]


def test_a_clock_that_was_set_back_does_not_put_the_errand_off(clock):
    hourly = Periodic()
    clock.moment += timedelta(hours=8)
    assert hourly.due(clock()) == [(JOB, "expired")]
    clock.moment -= timedelta(hours=8)
    assert hourly.due(clock()) == [(JOB, "expired")]
    assert hourly.due(clock()) == []


def test_only_answers_older_than_a_day_are_forgotten(ctx, clock):
    replay(ctx, "old", "digest")
    clock.moment += timedelta(hours=23)
    replay(ctx, "new", "digest")
    clock.moment += timedelta(hours=1)
    forget(ctx)
    assert ctx.session.scalars(select(KeptAnswer.key)).all() == ["new"]


def test_what_accounts_leave_behind_goes_when_its_time_is_over(ctx, clock):
    person = make_person(ctx.session)
    begin_session(ctx, person, "")
    later = clock() + timedelta(minutes=30)
    ctx.session.add_all(
        [
            PasswordReset(secret_hash="a", person_id=person.id, expires_at=later),
            SpentChallenge(digest="a", spent_at=clock()),
            Mail(
                purpose="test",
                recipient="a@example.jp",
                subject="",
                sealed_body="",
                language="ja",
                state=MailState.SENT,
                written_at=clock(),
                useful_until=later,
            ),
        ]
    )
    ctx.session.flush()
    left = {}
    for days in (0, 1, 31):
        clock.advance(days=days)
        forget(ctx)
        counted = (SignInSession, PasswordReset, SpentChallenge, Mail)
        left[days] = [ctx.session.scalar(select(func.count()).select_from(table)) for table in counted]
    assert left == {0: [1, 1, 1, 1], 1: [0, 0, 0, 1], 31: [0, 0, 0, 0]}
