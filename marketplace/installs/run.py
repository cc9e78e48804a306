"""The job that carries an import out, from wherever the journal says it stands to the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs.journal import Journal, Opened
from marketplace.installs.lease import Lease, LeasedTransport, LeaseLostError
from marketplace.installs.models import Step, StepKind, StepState
from marketplace.installs.steps.act import Scene
from marketplace.installs.steps.registry import ACTS
from marketplace.jobs.workers import Workers
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import DomainError
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import FailureKind, KintoneFailure


class Connect(Protocol):
    """Makes a client for a workspace, given its id and the user of it for whom the work is done, if any."""

    def __call__(self, session: Session, workspace_id: str, starter: str | None = None, /) -> KintoneClient:
        """Return the client."""
        ...


class Book(Protocol):
    """Where a run writes down what it intends and what came of it: installs.journal.Journal, or another like it."""

    def begin(self, position: int, intent: JsonObject, /) -> None:
        """Note an intent before its calls are made."""
        ...

    def finish(self, position: int, outcome: JsonObject, /) -> None:
        """Note what came of a step."""
        ...

    def complete(self) -> None:
        """Note that every step is done."""
        ...


PAUSES = (1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds before each further try of a step whose failure may pass; each is shorter than the lease."""

log = logging.getLogger(__name__)


def run_import(  # noqa: PLR0913, PLR0917 - what the composition root binds, and the stand-ins of tests
    sessions: Sessions,
    ports: Ports,
    connect: Connect,
    import_id: str,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    workers: Workers | None = None,
) -> None:
    """Carry an import out, or return quietly when another worker does, or nothing is left to do.

    May be stopped at any point and called again, in any process: it goes on where the journal stands.
    """
    lease = Lease(sessions, import_id, now, workers)
    if not lease.take():
        log.info("Import %s is not waiting", import_id)
        return
    journal = Journal(sessions, ports, lease, now)
    try:
        opened = journal.open()
        with unit_of_work(sessions, writes=False) as (session, _after_commit):
            client = connect(session, opened.import_.workspace_id, opened.import_.started_by)
        leased = client.through(LeasedTransport(client.transport, lease))
        Run(journal, opened, leased, sleep).to_the_end()
    except LeaseLostError:
        log.info("Import %s was cancelled or taken over", import_id)
    except (KintoneFailure, DomainError) as error:
        log.warning("Import %s failed: %s", import_id, error)
        journal.fail(error)
    except OperationalError as error:
        # A deadlock or a cut connection says nothing about the import; once the lease is over, another go follows.
        log.warning("Import %s waits for its database: %s", import_id, error.orig)
    except Exception as error:
        journal.fail(error)
        raise


class Run:
    """One worker's go at an import."""

    def __init__(self, journal: Book, opened: Opened, client: KintoneClient, sleep: Callable[[float], None]) -> None:
        """Keep what the steps work with."""
        self._journal = journal
        self._opened = opened
        self._client = client
        self._sleep = sleep
        self._outcomes: dict[tuple[StepKind, str | None], JsonObject] = {}

    def to_the_end(self) -> None:
        """Perform what is left of the steps, in order, and record the installation."""
        for step in self._opened.steps:
            outcome = step.outcome if step.state is StepState.DONE else self._perform(step)
            self._outcomes[step.kind, step.app_key] = outcome or {}
        self._journal.complete()

    def _perform(self, step: Step) -> JsonObject:
        """Perform a step, again after a pause as long as its failures may pass, and write down what came of it."""
        act, scene = ACTS[step.kind], self._scene(step)
        pauses = iter(PAUSES)
        uncertain = step.attempts > 0
        while True:
            try:
                intent = step.intent if step.attempts else act.intend(scene, step.intent)
                self._journal.begin(step.position, intent)
                step.intent, step.attempts = intent, step.attempts + 1
                outcome = act.perform(scene, intent, resumed=uncertain)
            except KintoneFailure as failure:
                harmless = act.changes_by_one_call and failure.proves_no_effect
                uncertain = uncertain or (step.attempts > 0 and not harmless)
                pause = next(pauses, None)
                if failure.kind is not FailureKind.RETRYABLE or pause is None:
                    raise
                log.info("Import %s, step %s, tried again: %s", step.import_id, step.position, failure)
                self._sleep(pause)
            else:
                self._journal.finish(step.position, outcome)
                return outcome

    def _scene(self, step: Step) -> Scene:
        import_ = self._opened.import_
        return Scene(
            client=self._client,
            bundle=self._opened.bundle,
            import_id=import_.id,
            app_key=step.app_key,
            outcomes=dict(self._outcomes),
            placeholders=import_.placeholders,
            moment=import_.created_at,
            sleep=self._sleep,
        )
