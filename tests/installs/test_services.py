"""Imports are queued, cancelled and resumed by those who may."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.audit.models import AuditEvent
from marketplace.installs import services
from marketplace.installs.errors import (
    DryRunError,
    ImportNotCancellableError,
    ImportNotResumableError,
    ImportUnderWayError,
)
from marketplace.installs.models import Import, ImportState, Step, StepState
from marketplace.installs.queries import due_imports, get_import
from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError, NotFoundError
from tests.installs.factories import CITY, make_order, make_version, make_workspace


@pytest.fixture
def started(ctx):
    make_version(ctx)
    return services.start_import(ctx, make_workspace(ctx).id, make_order())


def actor(code=CITY, *permissions):
    return Actor(kind=ActorKind.TOKEN, municipality_code=code, permissions=frozenset(permissions))


def test_an_import_is_queued_with_all_its_steps_pending(ctx, started):
    progress = get_import(ctx, started.id)
    assert started.state is ImportState.QUEUED
    assert progress.total > 20
    assert progress.done == 0
    assert {step.state for step in progress.steps} == {StepState.PENDING}


def test_a_worker_is_woken_after_the_commit(started, ports):
    assert ports.jobs.asked == [("import", started.id)]


def test_starting_is_in_the_audit_log(ctx, started):
    event = ctx.session.scalars(select(AuditEvent).where(AuditEvent.act == "import.started")).one()
    assert event.subject_id == started.id


def test_an_order_for_a_plan_only_starts_nothing(ctx):
    make_version(ctx)
    with pytest.raises(DryRunError):
        services.start_import(ctx, make_workspace(ctx).id, make_order(dry_run=True))


def test_a_template_is_installed_once_at_a_time(ctx, started):
    with pytest.raises(ImportUnderWayError) as caught:
        services.start_import(ctx, started.workspace_id, make_order())
    assert caught.value.params["import_id"] == started.id


def test_of_two_that_start_at_once_the_database_refuses_the_later(ctx, started):
    twin = Import(
        workspace_id=started.workspace_id,
        municipality_code=started.municipality_code,
        template_id=started.template_id,
        version_id=started.version_id,
        with_sample_records=True,
        placeholders={},
        created_at=ctx.now(),
    )
    ctx.session.add(twin)
    with pytest.raises(IntegrityError):
        ctx.session.flush()


def test_a_template_may_be_installed_into_two_workspaces_at_once(ctx, started):
    other = make_workspace(ctx)
    assert services.start_import(ctx, other.id, make_order()).id != started.id


def test_a_cancelled_import_is_not_due(ctx, started):
    assert services.cancel_import(ctx, started.id).state is ImportState.CANCELLED
    assert due_imports(ctx.session, ctx.now()) == []


def test_after_a_cancellation_the_template_can_be_installed_again(ctx, started):
    services.cancel_import(ctx, started.id)
    assert services.start_import(ctx, started.workspace_id, make_order()).id != started.id


def test_an_import_is_cancelled_once(ctx, started):
    services.cancel_import(ctx, started.id)
    with pytest.raises(ImportNotCancellableError):
        services.cancel_import(ctx, started.id)


def test_only_a_failed_import_is_resumed(ctx, started):
    with pytest.raises(ImportNotResumableError):
        services.retry_import(ctx, started.id)


def test_a_resumed_import_is_queued_without_its_old_reason(ctx, started, ports):
    started.state, started.error = ImportState.FAILED, {"reason": {"ja": "", "en": ""}}
    step = ctx.session.get_one(Step, (started.id, 3))
    step.state = StepState.FAILED
    ctx.session.flush()
    services.retry_import(ctx, started.id)
    ctx.session.refresh(step)
    assert (started.state, started.error, step.state) == (ImportState.QUEUED, None, StepState.PENDING)
    assert ports.jobs.asked == [("import", started.id)] * 2


@pytest.mark.parametrize("service", [services.cancel_import, services.retry_import])
@pytest.mark.parametrize(
    ("caller", "error"),
    [
        (actor("993026", Permission.INSTALLS_WRITE), NotFoundError),
        (actor(CITY, Permission.WORKSPACES_READ), ForbiddenError),
    ],
    ids=["another municipality", "reader"],
)
def test_only_installers_of_the_municipality_may_cancel_or_resume(context_of, started, service, caller, error):
    with pytest.raises(error):
        service(context_of(caller), started.id)


@pytest.mark.parametrize("service", [services.cancel_import, services.retry_import])
def test_an_import_that_does_not_exist_is_not_found(ctx, service):
    with pytest.raises(NotFoundError):
        service(ctx, "nothing")
