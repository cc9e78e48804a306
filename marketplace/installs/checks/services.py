"""Asks for checks of installations; the work itself is the job's (installs/checks/run.py)."""

from __future__ import annotations

from marketplace.audit import services as audit
from marketplace.installs.checks.models import UNDER_WAY, CheckState, InstallationCheck
from marketplace.installs.checks.subject import open_subject
from marketplace.installs.policy import require_installer
from marketplace.installs.queries import get_installation
from marketplace.kernel.context import Context

JOB = "installation-check"
"""The name of the job that carries a check out."""


def check_installation(ctx: Context, installation_id: str) -> InstallationCheck:
    """Queue a check of an installation, or join the one that is under way.

    Raises NotFoundError, ForbiddenError, WorkspaceUnusableError, InstallationOutOfReachError or ImportUnderWayError.
    """
    installation = get_installation(ctx, installation_id).installation
    workspace_id, code = installation.workspace_id, installation.municipality_code
    require_installer(ctx.actor, municipality_code=code, workspace_id=workspace_id)
    open_subject(ctx.session, installation_id)
    check = ctx.session.get(InstallationCheck, installation_id, with_for_update=True)  # two people may ask at once
    if check is not None and check.state in UNDER_WAY:
        return check
    if check is None:
        check = InstallationCheck(installation_id=installation_id)
        ctx.session.add(check)
    check.state, check.done = CheckState.QUEUED, 0
    check.asked_by, check.asked_at = ctx.actor.name, ctx.now()
    check.error = check.started_at = check.finished_at = None
    ctx.session.flush()  # the answer tells how it stands
    audit.record(
        ctx,
        "installation.check-started",
        f"installation:{installation_id}",
        municipality_code=code,
        workspace=workspace_id,
    )
    ctx.after_commit(lambda: ctx.ports.jobs.enqueue(JOB, installation_id))
    return check
