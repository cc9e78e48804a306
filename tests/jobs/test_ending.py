"""The ends of a job that is begun anew each time, as the log, the figures and whoever waits for it get to know them."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from marketplace.db.outages import DatabaseUnavailableError
from marketplace.holdings.takeouts.errors import TooManyTakeoutsError
from marketplace.holdings.takeouts.models import UNDER_WAY, Takeout, TakeoutState
from marketplace.jobs.ending import carry_out
from marketplace.jobs.lease import JobLease, JobLostError, JobRow
from marketplace.storage.errors import StorageUnavailableError
from marketplace.telemetry.scope import JobEnd, Scope, within
from tests.municipalities.factories import make_municipality


@pytest.fixture
def lease(sessions, session, clock):
    """The lease of a takeout that waits."""
    made_by = {"asked_by": "p", "asked_by_name": "職員", "created_at": clock()}
    takeout = Takeout(municipality_code=make_municipality(session).code, with_records=False, **made_by)
    session.add(takeout)
    session.flush()
    return JobLease(sessions, JobRow.of(Takeout, takeout.id, UNDER_WAY, TakeoutState.RUNNING), clock)


class Job:
    """Work that ends with an error, if any, and what was written down of its failure."""

    def __init__(self, error=None):
        self.error, self.failures, self.scope = error, [], Scope()

    def work(self):
        if self.error:
            raise self.error

    def carried_out(self, lease):
        with within(self.scope):
            carry_out("The job", lease, self.work, self.failures.append)
        return self.scope.end, self.failures


def test_a_job_that_is_done_ends_without_a_word(lease):
    assert Job().carried_out(lease) == (None, [])


def test_a_job_that_another_worker_has_is_left_alone(lease):
    lease.take()
    job = Job(AssertionError("it is done twice"))
    assert job.carried_out(lease) == (JobEnd.NOT_WAITING, [])


def test_a_job_that_was_taken_over_is_let_go_of(lease):
    assert Job(JobLostError()).carried_out(lease) == (JobEnd.LOST, [])


@pytest.mark.parametrize(
    "outage",
    [
        DatabaseUnavailableError(retry_after=5),
        StorageUnavailableError(),
        OperationalError("SELECT", {}, Exception("gone"), connection_invalidated=True),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_outage_says_nothing_about_the_job_which_waits_for_another_go(lease, clock, outage):
    assert Job(outage).carried_out(lease) == (JobEnd.RETRIED, [])
    clock.advance(seconds=lease.length.total_seconds())
    assert Job().carried_out(lease) == (None, [])


def test_a_refusal_is_written_down_and_told_in_a_line(lease, caplog):
    refusal = TooManyTakeoutsError()
    assert Job(refusal).carried_out(lease) == (JobEnd.FAILED, [refusal])
    assert caplog.messages[-1].startswith("The job failed: ")


@pytest.mark.parametrize("error", [ProgrammingError("SELECT", {}, Exception("no table")), ZeroDivisionError()])
def test_what_nobody_thought_of_is_written_down_and_raised(lease, error):
    job = Job(error)
    with pytest.raises(type(error)):
        job.carried_out(lease)
    assert job.failures == [error]
