"""Reads checks of installations, and tells which are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.installs.checks.errors import CheckNotFoundError
from marketplace.installs.checks.models import UNDER_WAY, CheckState, InstallationCheck
from marketplace.installs.failures import Failure
from marketplace.installs.models import Import, Installation, Step, StepKind
from marketplace.installs.queries import InstallationView, get_installation
from marketplace.installs.verification import Difference, Verification
from marketplace.jobs.workers import Strangers, Workers, is_abandoned
from marketplace.kernel.context import Context


@dataclass(frozen=True, slots=True)
class CheckView:
    """The latest check of an installation."""

    installation: Installation
    check: InstallationCheck
    verification: Verification | None
    """What the last check that came to its end showed; None before the first."""
    failure: Failure | None

    @property
    def done(self) -> int:
        """How many apps have been read."""
        return self.check.done

    @property
    def total(self) -> int:
        """How many apps there are to read."""
        return len(self.installation.app_ids)


def get_check(ctx: Context, installation_id: str) -> CheckView:
    """Return the latest check of an installation. Raises NotFoundError, ForbiddenError or CheckNotFoundError."""
    found = find_check(ctx, get_installation(ctx, installation_id))
    if found is None:
        raise CheckNotFoundError
    return found


def find_check(ctx: Context, view: InstallationView) -> CheckView | None:
    """Return the latest check of an installation the caller may see; None if there was none yet."""
    check = ctx.session.get(InstallationCheck, view.installation.id)
    return None if check is None else _view(view.installation, check)


def list_checks(ctx: Context, views: list[InstallationView]) -> Mapping[str, CheckView]:
    """Return the latest checks of installations the caller may see, by the ids of those that have any."""
    installations = {view.installation.id: view.installation for view in views}
    checks = ctx.session.scalars(
        select(InstallationCheck).where(InstallationCheck.installation_id.in_(installations.keys()))
    )
    return {check.installation_id: _view(installations[check.installation_id], check) for check in checks}


def differences_from_the_start(ctx: Context, installation: Installation) -> frozenset[Difference]:
    """Return what differed already when the installation was complete: that is nothing anybody changed since."""
    last = (
        select(Step.outcome)
        .join(Import, Import.id == Step.import_id)
        .where(Import.installation_id == installation.id, Step.kind == StepKind.VERIFY)
        .order_by(Step.position.desc())
        .limit(1)
    )
    outcome = ctx.session.scalar(last)
    return frozenset(Verification.from_document(outcome).differences) if outcome else frozenset()


def due_checks(session: Session, now: datetime, workers: Workers | None = None) -> list[str]:
    """Return the installations whose check no worker is at: queued, or of one that is gone or let its lease run out."""
    workers = workers or Strangers()
    under_way = (
        select(InstallationCheck.installation_id, InstallationCheck.lease_owner, InstallationCheck.lease_until)
        .where(InstallationCheck.state.in_(UNDER_WAY))
        .order_by(InstallationCheck.asked_at, InstallationCheck.installation_id)
    )
    return [
        row.installation_id
        for row in session.execute(under_way)
        if row.lease_until is None or row.lease_until <= now or is_abandoned(workers, row.lease_owner)
    ]


def _view(installation: Installation, check: InstallationCheck) -> CheckView:
    failed = check.state is CheckState.FAILED and check.error is not None
    return CheckView(
        installation=installation,
        check=check,
        verification=None if check.result is None else Verification.from_document(check.result),
        failure=Failure.from_document(check.error) if failed and check.error else None,
    )
