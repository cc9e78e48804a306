"""Installs a package at the closed side, by the same acts as everywhere, and writes the report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.bundle.model import JsonObject
from marketplace.installs.failures import describe_failure
from marketplace.installs.journal import Opened
from marketplace.installs.models import Import, ImportState, Step, StepKind, StepState
from marketplace.installs.offline.local_journal import LocalJournal
from marketplace.installs.offline.opening import Package
from marketplace.installs.run import Run
from marketplace.installs.verification import Verification
from marketplace.kernel.errors import DomainError
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import KintoneFailure

REPORT_FORMAT = "yokoten-report/1"
Told = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Installed:
    """How an installation stands."""

    package: Package
    import_: Import
    steps: list[Step]
    failure: JsonObject | None
    finished_at: str | None

    @property
    def app_ids(self) -> dict[str, str]:
        """The ids of the apps made so far, by their keys."""
        made = [step for step in self.steps if step.kind is StepKind.CREATE_APP and step.outcome]
        return {step.app_key: str(step.outcome["app"]) for step in made if step.app_key and step.outcome}

    @property
    def verification(self) -> Verification | None:
        """What reading everything back showed."""
        outcomes = [step.outcome for step in self.steps if step.kind is StepKind.VERIFY and step.outcome]
        return Verification.from_document(outcomes[-1]) if outcomes and outcomes[-1] else None

    def as_report(self) -> JsonObject:
        """Return what the service wants to know."""
        return {
            "format": REPORT_FORMAT,
            "import": self.import_.id,
            "digest": self.package.digest,
            "state": (ImportState.SUCCEEDED if self.finished_at else ImportState.FAILED).value,
            "finished_at": self.finished_at,
            "failure": self.failure,
            "steps": [_told(step) for step in self.steps],
        }


class _NoCalls:
    """Keeps no calls: nobody could look them up here."""

    def turn_to(self, position: int, attempt: int) -> None:
        """Do nothing."""


class _Watched:
    """The journal, with somebody who is told of each step."""

    def __init__(self, journal: LocalJournal, steps: list[Step], told: Told) -> None:
        self._journal = journal
        self._steps = steps
        self._told = told
        self.calls = _NoCalls()
        self.is_uncertain = False

    def begin(self, position: int, intent: JsonObject) -> None:
        self._journal.begin(position, intent)
        self.is_uncertain = True
        self._told(self._steps[position])

    def keep(self) -> None:
        """Do nothing: the file is locked as long as the process lives."""

    def finish(self, position: int, outcome: JsonObject) -> None:
        self._journal.finish(position, outcome)
        self.is_uncertain = False
        self._told(self._steps[position])

    def complete(self) -> None:
        self._journal.complete()


def install(
    package: Package,
    journal: LocalJournal,
    client: KintoneClient,
    told: Told,
    sleep: Callable[[float], None] = time.sleep,
) -> Installed:
    """Install a package, or go on where the journal stands; what stops it is in the answer, not raised."""
    import_, steps = package.as_import(), package.steps()
    journal.restore(steps)
    opened, watched = Opened(import_, steps, package.tailored), _Watched(journal, steps, told)
    try:
        Run(watched, opened, client, sleep).to_the_end()
    except (KintoneFailure, DomainError) as error:
        stopped = package.steps()
        journal.restore(stopped)
        step = next(each for each in stopped if each.state is not StepState.DONE)
        failure = describe_failure(step.kind, step.app_name, error)
        journal.fail(step.position, failure, uncertain=watched.is_uncertain)
    return standing(package, journal)


def standing(package: Package, journal: LocalJournal) -> Installed:
    """Return how far the journal says that an installation has come."""
    steps = package.steps()
    journal.restore(steps)
    return Installed(package, package.as_import(), steps, journal.failure, journal.finished_at)


def _told(step: Step) -> JsonObject:
    return {
        "position": step.position,
        "kind": step.kind.value,
        "state": step.state.value,
        "attempts": step.attempts,
        "outcome": step.outcome,
        "started_at": step.started_at.isoformat() if step.started_at else None,
        "finished_at": step.finished_at.isoformat() if step.finished_at else None,
    }
