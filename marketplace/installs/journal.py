"""Writes down what a running import intends and what came of it, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.catalog import queries as catalog_queries
from marketplace.catalog import services as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.installs.errors import WorkspaceUnusableError
from marketplace.installs.failures import describe_failure
from marketplace.installs.lease import Lease, LeaseLostError
from marketplace.installs.models import Import, ImportState, Installation, Step, StepKind, StepState
from marketplace.installs.queries import has_installation
from marketplace.installs.steps.deploy import DeployFailedError
from marketplace.installs.tailoring import tailored_bundle
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

    def open(self) -> Opened:
        """Read the import, its steps and its bundle, and note that it has begun. Raises LeaseLostError."""
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            import_ = self._import(session)
            import_.started_at = import_.started_at or self._now()
            if session.get_one(Workspace, import_.workspace_id).closed_at is not None:
                raise WorkspaceUnusableError
            version = session.get_one(TemplateVersion, import_.version_id)
            bundle = catalog_queries.load_bundle(self._context(session, after_commit), version)
            return Opened(import_, self._steps(session), tailored_bundle(bundle, import_))

    def begin(self, position: int, intent: JsonObject) -> None:
        """Note an intent before its calls are made. Raises LeaseLostError."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            self._lease.hold(session)
            step = self._step(session, position)
            step.state = StepState.RUNNING
            step.attempts += 1
            step.intent = intent
            step.started_at = step.started_at or self._now()

    def finish(self, position: int, outcome: JsonObject) -> None:
        """Note what came of a step; also after a cancellation, for what was made is there all the same."""
        with unit_of_work(self._sessions) as (session, _after_commit):
            if session.scalar(select(Import.id).where(self._lease.is_own())) is not None:
                step = self._step(session, position)
                step.state = StepState.DONE
                step.outcome = outcome
                step.finished_at = self._now()

    def fail(self, error: Exception) -> None:
        """End the import at the step it had come to, with the reason; quietly if it is no longer this worker's."""
        with suppress(LeaseLostError), unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            steps = self._steps(session)
            step = next((step for step in steps if step.state is not StepState.DONE), steps[-1])
            step.state = StepState.FAILED
            step.finished_at = self._now()
            import_ = self._end(session, ImportState.FAILED)
            reason = _deploy_reason(session, import_.workspace_id, error)
            failure = describe_failure(step.kind, step.app_name, error, reason)
            import_.error = {"position": step.position, "app_key": step.app_key, **failure.as_document()}
            self._note(self._context(session, after_commit), "import.failed", import_, code=failure.code)

    def complete(self) -> None:
        """End the import with its installation, at once and together; a try-out is no installation.

        Raises LeaseLostError.
        """
        with unit_of_work(self._sessions) as (session, after_commit):
            self._lease.hold(session)
            import_ = self._end(session, ImportState.SUCCEEDED)
            context = self._context(session, after_commit)
            if session.get_one(Workspace, import_.workspace_id).kind == TRYOUT:
                self._note(context, "import.succeeded", import_)
                return
            if not has_installation(context, import_.municipality_code, import_.template_id):
                # The catalog counts municipalities, not installations.
                catalog.count_install(context, import_.template_id, +1)
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
        import_.lease_owner = import_.lease_until = None
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
