"""How a job ends that is begun anew each time: nobody's, done, lost, put off, refused or failed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from marketplace.db.outages import outage_of
from marketplace.jobs.lease import JobLease, JobLostError
from marketplace.kernel.errors import DomainError, OutageError
from marketplace.telemetry.scope import JobEnd, note_end

log = logging.getLogger(__name__)


def carry_out(
    name: str,
    lease: JobLease,
    work: Callable[[], None],
    fail: Callable[[Exception], None],
    refusals: tuple[type[Exception], ...] = (DomainError,),
) -> None:
    """Do a job if it waits for somebody, and have a failure written down for those who wait for it.

    Refusals are ends like others and told in one line; what nobody thought of is raised, too.
    """
    if not lease.take():
        log.info("%s is not waiting", name)
        note_end(JobEnd.NOT_WAITING)
        return
    try:
        work()
    except JobLostError:
        log.info("%s was cancelled or taken over", name)
        note_end(JobEnd.LOST)
    except (OutageError, SQLAlchemyError) as error:
        if outage_of(error) is None:
            fail(error)
            raise
        # Says nothing about the job; once the lease is over, another go follows.
        log.warning("%s waits for database or storage: %s", name, error)
        note_end(JobEnd.RETRIED)
    except refusals as error:
        log.warning("%s failed: %s", name, error)
        fail(error)
        note_end(JobEnd.FAILED)
    except Exception as error:
        fail(error)
        raise
