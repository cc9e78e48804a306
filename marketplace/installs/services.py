"""Starts, cancels and resumes imports; the work itself is the job's (installs/run.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from marketplace.accounts.policy import require_operator
from marketplace.audit import services as audit
from marketplace.installs.errors import (
    ChangesUndecidedError,
    DryRunError,
    ImportNotCancellableError,
    ImportNotResumableError,
    ImportUnderWayError,
)
from marketplace.installs.leftovers import take_over
from marketplace.installs.models import UNDER_WAY, Import, ImportMode, ImportState, Step, StepState
from marketplace.installs.outline import PlannedStep
from marketplace.installs.plan import Plan, make_plan
from marketplace.installs.policy import require_installer
from marketplace.installs.steps.writing import ACCEPTS, CHANGED
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.workspaces.people.members import starter_of

JOB = "import"
"""The name of the job that carries an import out."""


def start_import(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Import:
    """Queue the install of a template (`data`: installs.inputs.ImportInput), its steps written down in full.

    Raises ImportUnderWayError, DryRunError, and what make_plan raises.
    """
    plan = make_plan(ctx, workspace_id, data)
    if plan.order.dry_run:
        raise DryRunError
    _require_none_under_way(ctx, workspace_id, plan.template.id)
    started = Import(
        workspace_id=plan.workspace.id,
        municipality_code=plan.workspace.municipality_code,
        template_id=plan.template.id,
        version_id=plan.version.id,
        state=ImportState.QUEUED,
        mode=plan.mode,
        **plan.answers,
        started_by=starter_of(ctx, plan.workspace),
        created_at=ctx.now(),
    )
    ctx.session.add(started)
    ctx.session.flush()  # The steps refer to it.
    if plan.continued is None:
        _write_steps(ctx, started, plan.steps)
    else:
        ctx.session.add_all(take_over(ctx, plan.continued.import_, started))
    ctx.session.flush()  # Whoever answers this request may show the steps at once.
    template = f"{plan.template.publisher_code}/{plan.template.slug}"
    _note(ctx, "import.started", started, template=template, mode=plan.mode.value, **_wishes(plan))
    _wake_worker(ctx, started)
    return started


def cancel_import(ctx: Context, import_id: str) -> Import:
    """Stop an import before its next call, or give up one that failed; its journal and the apps it made stay.

    Raises ImportNotCancellableError.
    """
    import_ = _own_import(ctx, import_id)
    # The condition stands in the statement: the worker may end the import at this very moment.
    changed = ctx.session.execute(
        update(Import)
        .where(Import.id == import_id, Import.state.in_((*UNDER_WAY, ImportState.FAILED)))
        .values(state=ImportState.CANCELLED, finished_at=ctx.now(), not_before=None)
        .returning(Import.id),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if changed is None:
        raise ImportNotCancellableError
    ctx.session.refresh(import_)
    _note(ctx, "import.cancelled", import_)
    return import_


def retry_import(ctx: Context, import_id: str) -> Import:
    """Queue a failed import again; it goes on with the step that failed and uses the apps it made.

    Raises ImportNotResumableError, ImportUnderWayError, and ChangesUndecidedError if it stopped before what somebody
    else changed.
    """
    import_ = _resumable(ctx, import_id)
    if _stopped_before_changes(import_):
        raise ChangesUndecidedError
    _resume(ctx, import_)
    _note(ctx, "import.resumed", import_)
    return import_


def resume_for_operator(ctx: Context, import_id: str) -> Import:
    """Queue a failed import of any municipality again, once what the service lacked is there; both logs tell of it.

    It goes on with the rights of whoever started it. What stops before changes of others is for its municipality to
    decide, and what is run from outside for whoever runs it. Raises ForbiddenError, NotFoundError,
    ImportNotResumableError, ImportUnderWayError and ChangesUndecidedError.
    """
    require_operator(ctx.actor)
    import_ = ctx.session.get(Import, import_id, with_for_update=True)  # its own members may press the button as well
    if import_ is None or import_.mode is not ImportMode.PUSH:
        raise NotFoundError
    _require_resumable(ctx, import_)
    if _stopped_before_changes(import_):
        raise ChangesUndecidedError
    _resume(ctx, import_)
    facts = {"workspace": import_.workspace_id, "version": import_.version_id}
    audit.record_for_both(ctx, "import.resumed", f"import:{import_.id}", import_.municipality_code, **facts)
    return import_


def resume_over_changes(ctx: Context, import_id: str) -> Import:
    """Queue a failed import again, to go on on top of what somebody else has changed in its apps meanwhile.

    Raises ImportNotResumableError, ImportUnderWayError.
    """
    import_ = _resumable(ctx, import_id)
    if _stopped_before_changes(import_):
        failed = select(Step).where(Step.import_id == import_id, Step.state == StepState.FAILED)
        for step in ctx.session.scalars(failed):
            step.intent = {**step.intent, ACCEPTS: True}
    _resume(ctx, import_)
    _note(ctx, "import.resumed", import_, over_changes="yes")
    return import_


def _resumable(ctx: Context, import_id: str) -> Import:
    import_ = _own_import(ctx, import_id)
    _require_resumable(ctx, import_)
    return import_


def _require_resumable(ctx: Context, import_: Import) -> None:
    if import_.state is not ImportState.FAILED:
        raise ImportNotResumableError
    _require_none_under_way(ctx, import_.workspace_id, import_.template_id)


def _stopped_before_changes(import_: Import) -> bool:
    return import_.error is not None and import_.error.get("code") == CHANGED


def _resume(ctx: Context, import_: Import) -> None:
    import_.state = ImportState.QUEUED
    import_.error = import_.finished_at = None
    failed = update(Step).where(Step.import_id == import_.id, Step.state == StepState.FAILED)
    ctx.session.execute(failed.values(state=StepState.PENDING, finished_at=None))
    _wake_worker(ctx, import_)


def _own_import(ctx: Context, import_id: str) -> Import:
    import_ = ctx.session.get(Import, import_id)
    if import_ is None:
        raise NotFoundError
    require_installer(ctx.actor, municipality_code=import_.municipality_code, workspace_id=import_.workspace_id)
    return import_


def _require_none_under_way(ctx: Context, workspace_id: str, template_id: str) -> None:
    """Refuse a second import of the same kind; of two at once, the index on the table refuses the later."""
    under_way = select(Import.id).where(
        Import.workspace_id == workspace_id, Import.template_id == template_id, Import.state.in_(UNDER_WAY)
    )
    import_id = ctx.session.scalar(under_way)
    if import_id is not None:
        raise ImportUnderWayError(import_id=import_id)


def _wishes(plan: Plan) -> dict[str, str]:
    """Return what the municipality wants otherwise than the template, for the audit log."""
    wishes = {
        "space": plan.target.space if plan.target else "",
        "app_names": ", ".join(f"{key}: {name}" for key, name in plan.order.app_names.items()),
        "localise": ", ".join(f"{one.app_key}/{one.field_code}" for one in plan.order.localise),
    }
    return {wish: value for wish, value in wishes.items() if value}


def _write_steps(ctx: Context, started: Import, steps: Sequence[PlannedStep]) -> None:
    for position, planned in enumerate(steps):
        ctx.session.add(
            Step(
                import_id=started.id,
                position=position,
                kind=planned.kind,
                app_key=planned.app_key,
                app_name=planned.app_name,
                state=StepState.PENDING,
                attempts=0,
                intent=planned.intent,
            )
        )


def _wake_worker(ctx: Context, import_: Import) -> None:
    if import_.mode is not ImportMode.PUSH:
        return
    import_id = import_.id
    ctx.after_commit(lambda: ctx.ports.jobs.enqueue(JOB, import_id))


def _note(ctx: Context, act: str, import_: Import, **facts: str) -> None:
    subject = f"import:{import_.id}"
    audit.record(
        ctx,
        act,
        subject,
        municipality_code=import_.municipality_code,
        workspace=import_.workspace_id,
        version=import_.version_id,
        **facts,
    )
