"""Writes down what a running import intends and what came of it, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.catalog import queries as catalog_queries
from marketplace.catalog import services as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.installs.calls import CallLog
from marketplace.installs.errors import WorkspaceUnusableError
from marketplace.installs.failures import Failure, describe_failure
from marketplace.installs.lease import Lease
from marketplace.installs.leftovers import forget_progress
from marketplace.installs.models import (
    Import,
    ImportState,
    Installation,
    SettledLeftovers,
    Step,
    StepKind,
    StepState,
)
from marketplace.installs.pauses import next_try
from marketplace.installs.queries import has_installation
from marketplace.installs.steps.deploy import DeployFailedError
from marketplace.installs.tailoring import tailored_bundle
from marketplace.jobs.lease import JobLostError
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.kernel.text import Text
from marketplace.sandbox.deploys.queries import failed_deploys
from marketplace.workspaces.models import TRYOUT, Workspace


@dataclass(frozen=True, slots=True)
class Opened:
    """An import as its worker found it."""

    import_: Import
    steps: list[Step]
    bundle: Bundle


class Journal:
    """The journal of one import, in the hand of the worker that holds the lease."""

    def __init__(self, sessions: Sessions, ports: Ports, lease: Lease, now: Callable[[], datetime]) -> None:
        """Keep what each entry needs."""
        self._sessions = sessions
        self._ports = ports
        self._lease = lease
        self._now = now
        self.calls = CallLog(lease.import_id, now)
        self.is_uncertain = False
        """Whether the step at hand may have had an effect that nobody saw."""

    def open(self) -> Opened:
        """Read the import, its steps and its bundle, and note that it has begun. Raises JobLostError."""
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            import_ = self._import(session)
            import_.started_at = import_.started_at or self._now()
            import_.not_before = import_.error = None
            self.calls.go_on(session)
            if session.get_one(Workspace, import_.workspace_id).closed_at is not None:
                raise WorkspaceUnusableError
            version = session.get_one(TemplateVersion, import_.version_id)
            bundle = catalog_queries.load_bundle(self._context(session, after_commit), version)
            return Opened(import_, self._steps(session), tailored_bundle(bundle, import_))

    def begin(self, position: int, intent: JsonObject) -> None:
        """Note an intent before its calls are made. Raises JobLostError."""
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            self.calls.write(session, after_commit)
            step = self._step(session, position)
            step.state = StepState.RUNNING
            step.is_uncertain = True
            step.attempts += 1
            step.intent = intent
            step.started_at = step.started_at or self._now()
        self.is_uncertain = True

    def finish(self, position: int, outcome: JsonObject) -> None:
        """Note what came of a step; also after a cancellation, for what was made is there all the same."""
        with unit_of_work(self._sessions) as (session, after_commit):
            import_ = session.scalar(select(Import).where(self._lease.is_own()))
            if import_ is None:
                return
            self.calls.write(session, after_commit)
            import_.waiting_since = None
            step = self._step(session, position)
            step.state = StepState.DONE
            step.is_uncertain = False
            step.outcome = outcome
            step.finished_at = self._now()
            if outcome.get("refused"):
                forget_progress(self._steps(session))
                session.execute(delete(SettledLeftovers).where(SettledLeftovers.continued_by == import_.id))
        self.is_uncertain = False

    def fail(self, error: Exception) -> None:
        """End the import at the step it had come to, with the reason; quietly if it is no longer this worker's."""
        with suppress(JobLostError), unit_of_work(self._sessions) as (session, after_commit):
            step = self._leave(session, after_commit)
            self._fail(session, after_commit, step, error)

    def set_aside(self, error: Exception, retry_after: float | None) -> None:
        """Let the import rest for a while, longer each time; end it when it has waited too long altogether.

        Quietly if it is no longer this worker's.
        """
        with suppress(JobLostError), unit_of_work(self._sessions) as (session, after_commit):
            step, import_ = self._leave(session, after_commit), self._import(session)
            now = self._now()
            import_.waiting_since = import_.waiting_since or now
            until = next_try(import_.waiting_since, now, retry_after)
            if until is None:
                self._fail(session, after_commit, step, error)
                return
            if step.state is not StepState.DONE:
                step.state = StepState.PENDING
            import_.not_before = until
            import_.lease_owner = import_.lease_until = None
            import_.error = self._describe(session, step, error).as_document()

    def keep(self) -> None:
        """Renew the lease while nothing is done. Raises JobLostError."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            self._lease.hold(session)

    def _leave(self, session: Session, after_commit: AfterCommit) -> Step:
        """Return the step the import had come to, for it is left there. Raises JobLostError."""
        self._lease.hold(session)
        self.calls.write(session, after_commit)
        steps = self._steps(session)
        step = next((step for step in steps if step.state is not StepState.DONE), steps[-1])
        step.is_uncertain = self.is_uncertain and step.state is not StepState.DONE
        return step

    def _fail(self, session: Session, after_commit: AfterCommit, step: Step, error: Exception) -> None:
        step.state = StepState.FAILED
        step.finished_at = self._now()
        import_ = self._end(session, ImportState.FAILED)
        failure = self._describe(session, step, error)
        import_.error = {"position": step.position, "app_key": step.app_key, **failure.as_document()}
        self._note(self._context(session, after_commit), "import.failed", import_, code=failure.code)

    @staticmethod
    def _describe(session: Session, step: Step, error: Exception) -> Failure:
        workspace_id = session.get_one(Import, step.import_id).workspace_id
        return describe_failure(step.kind, step.app_name, error, _deploy_reason(session, workspace_id, error))

    def complete(self) -> None:
        """End the import with its installation, at once and together; a try-out is no installation.

        Raises JobLostError.
        """
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            self.calls.write(session, after_commit)
            import_ = self._end(session, ImportState.SUCCEEDED)
            context = self._context(session, after_commit)
            if session.get_one(Workspace, import_.workspace_id).kind == TRYOUT:
                self._note(context, "import.succeeded", import_)
                return
            if not has_installation(context, import_.municipality_code, import_.template_id):
                # The catalog counts municipalities, not installations.
                catalog.count_install(context, import_.template_id, import_.municipality_code, +1)
            installation = self._installation(session, import_)
            session.add(installation)
            session.flush()  # The import refers to it.
            import_.installation_id = installation.id
            self._note(context, "import.succeeded", import_, installation=installation.id)

    def _installation(self, session: Session, import_: Import) -> Installation:
        steps = [step for step in self._steps(session) if step.kind is StepKind.CREATE_APP]
        return Installation(
            workspace_id=import_.workspace_id,
            municipality_code=import_.municipality_code,
            template_id=import_.template_id,
            version_id=import_.version_id,
            app_ids={step.app_key: step.outcome["app"] for step in steps if step.app_key and step.outcome},
            app_names={step.app_key: step.app_name for step in steps if step.app_key},
            installed_at=self._now(),
        )

    def _end(self, session: Session, state: ImportState) -> Import:
        import_ = self._import(session)
        import_.state = state
        import_.finished_at = self._now()
        import_.lease_owner = import_.lease_until = import_.waiting_since = None
        return import_

    def _import(self, session: Session) -> Import:
        return session.get_one(Import, self._lease.import_id)

    def _steps(self, session: Session) -> list[Step]:
        return list(
            session.scalars(select(Step).where(Step.import_id == self._lease.import_id).order_by(Step.position))
        )

    def _step(self, session: Session, position: int) -> Step:
        return session.get_one(Step, (self._lease.import_id, position))

    def _context(self, session: Session, after_commit: AfterCommit) -> Context:
        return Context(session=session, actor=SYSTEM, now=self._now, after_commit=after_commit, ports=self._ports)

    @staticmethod
    def _note(context: Context, act: str, import_: Import, **facts: str) -> None:
        subject = f"import:{import_.id}"
        audit.record(context, act, subject, municipality_code=import_.municipality_code, **facts)


def _deploy_reason(session: Session, workspace_id: str, error: Exception) -> Text | None:
    """Return why a built-in workspace could not deploy the apps that an error names; None where nobody knows."""
    if not isinstance(error, DeployFailedError):
        return None
    failed = [each.reason for each in failed_deploys(session, workspace_id) if str(each.app_id) in error.app_ids]
    reasons = [reason for reason in failed if reason is not None]
    if not reasons:
        return None
    return Text("".join(each.ja for each in reasons), " ".join(each.en for each in reasons))
