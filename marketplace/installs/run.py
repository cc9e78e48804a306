"""The job that carries an import out, from wherever the journal says it stands to the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.bundle.model import JsonObject
from marketplace.db.outages import outage_of
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.installs.journal import Journal, Opened
from marketplace.installs.lease import Lease, LeasedTransport
from marketplace.installs.leftovers import forget_progress
from marketplace.installs.models import Step, StepKind, StepState
from marketplace.installs.pauses import LONGEST_SHORT, short_pauses
from marketplace.installs.steps.act import Act, Scene
from marketplace.installs.steps.registry import ACTS
from marketplace.installs.steps.writing import ACCEPTS, BASE, adopt_present
from marketplace.jobs.lease import JobLostError
from marketplace.jobs.workers import Workers
from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import DomainError, OutageError
from marketplace.kernel.ports import Ports
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import FailureKind, KintoneFailure
from marketplace.telemetry.scope import JobEnd, note_end


class Connect(Protocol):
    """Makes a client for a workspace, given its id and the user of it for whom the work is done, if any."""

    def __call__(self, session: Session, workspace_id: str, starter: str | None = None, /) -> KintoneClient:
        """Return the client."""
        ...


class Noted(Protocol):
    """Keeps the calls of a run: installs.calls, or whoever has no use for them."""

    def turn_to(self, position: int, attempt: int, /) -> None:
        """Say what the calls that follow belong to."""
        ...


class Book(Protocol):
    """Where a run writes down what it intends and what came of it: installs.journal.Journal, or another like it."""

    is_uncertain: bool
    """Whether the next try of a step may meet what an earlier one left; written down with it."""

    @property
    def calls(self) -> Noted:
        """What keeps the calls themselves."""
        ...

    def begin(self, position: int, intent: JsonObject, /) -> None:
        """Note an intent before its calls are made."""
        ...

    def keep(self) -> None:
        """Stop the run if it is no longer this one's to go on with."""
        ...

    def finish(self, position: int, outcome: JsonObject, /) -> None:
        """Note what came of a step."""
        ...

    def complete(self) -> None:
        """Note that every step is done."""
        ...


BREATH = 2.0
"""Seconds of a pause after which the lease is looked after: a cancelled import is let go of at once."""

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
        note_end(JobEnd.NOT_WAITING)
        return
    journal = Journal(sessions, ports, lease, now)
    try:
        opened = journal.open()
        with unit_of_work(sessions, writes=False) as (session, _after_commit):
            client = connect(session, opened.import_.workspace_id, opened.import_.started_by)
        leased = client.through(LeasedTransport(journal.calls.through(client.transport), lease))
        Run(journal, opened, leased, sleep).to_the_end()
    except JobLostError:
        log.info("Import %s was cancelled or taken over", import_id)
        note_end(JobEnd.LOST)
    except (OutageError, SQLAlchemyError) as error:
        if outage_of(error) is None:
            journal.fail(error)
            raise
        # A cut connection or a storage that is away says nothing about the import: another go follows.
        log.warning("Import %s waits for database or storage: %s", import_id, error)
        _wait_for_outage(journal, import_id, error)
    except (KintoneFailure, DomainError) as error:
        stop(journal, import_id, error)
    except Exception as error:
        journal.fail(error)
        raise


def stop(journal: Journal, import_id: str, error: KintoneFailure | DomainError) -> None:
    """Set the import aside if waiting may help, else end it."""
    if isinstance(error, KintoneFailure) and error.kind is FailureKind.RETRYABLE:
        log.warning("Import %s is set aside: %s", import_id, error)
        journal.set_aside(error, error.retry_after)
        note_end(JobEnd.SET_ASIDE)
    else:
        log.warning("Import %s failed: %s", import_id, error)
        journal.fail(error)
        note_end(JobEnd.FAILED)


def _wait_for_outage(journal: Journal, import_id: str, error: Exception) -> None:
    """Set the import aside if the database takes at least that; otherwise the end of the lease has to do."""
    try:
        journal.set_aside(error, None)
        note_end(JobEnd.SET_ASIDE)
    except SQLAlchemyError:
        log.warning("Import %s could not be set aside", import_id)
        note_end(JobEnd.RETRIED)


class Run:
    """One worker's go at an import."""

    def __init__(self, journal: Book, opened: Opened, client: KintoneClient, sleep: Callable[[float], None]) -> None:
        """Keep what the steps work with."""
        self._journal = journal
        self._opened = opened
        self._client = client
        self._sleep = sleep
        self._outcomes: dict[tuple[StepKind, str | None], JsonObject] = {}
        self._revisions: dict[str, str] = {}

    def to_the_end(self) -> None:
        """Perform what is left of the steps, in order, and record the installation."""
        for step in self._opened.steps:
            outcome = step.outcome if step.state is StepState.DONE else self._perform(step)
            if step.kind is StepKind.TAKE_OVER and outcome and outcome["refused"]:
                forget_progress(self._opened.steps)
            self._remember(step, outcome or {})
        self._journal.complete()

    def _remember(self, step: Step, outcome: JsonObject) -> None:
        """Let the steps that follow know what came of this one."""
        self._outcomes[step.kind, step.app_key] = outcome
        self._revisions |= step.intent.get(BASE, {})
        if step.app_key is not None and "revision" in outcome:
            self._revisions[step.app_key] = outcome["revision"]

    def _perform(self, step: Step) -> JsonObject:
        """Perform a step, again after a pause as long as its failures may pass, and write down what came of it."""
        pauses = short_pauses()
        while True:
            try:
                outcome = self._try(step)
            except KintoneFailure as failure:
                pause = max(next(pauses, inf), failure.retry_after or 0.0)
                if failure.kind is not FailureKind.RETRYABLE or pause > LONGEST_SHORT:
                    raise
                log.info("Import %s, step %s, tried again: %s", step.import_id, step.position, failure)
                self._pause(pause)
            else:
                self._journal.finish(step.position, outcome)
                return outcome

    def _try(self, step: Step) -> JsonObject:
        """Go at a step once; a refusal of its only call leaves no doubt about its effect."""
        act, scene, was_uncertain = ACTS[step.kind], self._scene(step), step.is_uncertain
        self._journal.is_uncertain = was_uncertain
        self._journal.calls.turn_to(step.position, step.attempts + 1)
        intent = self._intend(act, scene, step)
        self._journal.begin(step.position, intent)
        step.intent, step.attempts, step.is_uncertain = intent, step.attempts + 1, True
        on_top = replace(scene, revisions={**scene.revisions, **intent.get(BASE, {})})
        try:
            return act.perform(on_top, intent, resumed=was_uncertain)
        except KintoneFailure as failure:
            if act.changes_by_one_call and failure.proves_no_effect:
                step.is_uncertain = self._journal.is_uncertain = was_uncertain
            raise

    @staticmethod
    def _intend(act: Act, scene: Scene, step: Step) -> JsonObject:
        """Return what the step is about to do; what it was about to do before stands, for it may have begun."""
        intent = step.intent if step.attempts else act.intend(scene, step.intent)
        if not intent.get(ACCEPTS):
            return intent
        return adopt_present(scene, {key: value for key, value in intent.items() if key != ACCEPTS})

    def _pause(self, seconds: float) -> None:
        """Rest, but not longer than the import is this worker's. Raises JobLostError."""
        while seconds > 0:
            self._sleep(min(seconds, BREATH))
            seconds -= BREATH
            self._journal.keep()

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
            revisions=dict(self._revisions),
        )
