"""Deploys apps together, in the call that asks for it or, where many records change, by a job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.ids import new_id
from marketplace.kernel.text import Text
from marketplace.sandbox.apps import MAX_APP_ID, get_app, open_preview
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploys.checks import check_preview
from marketplace.sandbox.deploys.going_live import changes_of, fail, find_violations, go_live, lock_apps, revert
from marketplace.sandbox.deploys.models import Deploy, DeployedApp
from marketplace.sandbox.deploys.rewriting import count_rewrites
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import DeployStatus
from marketplace.sandbox.settings.store import Preview

MOST_APPS = 300
REWRITES_IN_A_CALL = 2_000
"""More records than these, of all apps together, are rewritten by a job: a call of any length would time out."""
JOB = "deploy"
"""The name of the job that carries a deploy out."""
APP_REPEATED = Text("同じアプリが重複して指定されています。", "The same app is specified more than once.")


def deploy_apps(
    session: Session,
    caller: Caller,
    wanted: Sequence[tuple[int, int | None]],
    revert_only: bool,  # noqa: FBT001 - the call's own parameter, agreed with its callers
    now: datetime,
    rewrites_in_a_call: int = REWRITES_IN_A_CALL,
) -> str | None:
    """Put the prepared settings of the apps into use, or throw them away; return the id of the job that is left to do.

    A mistake in the settings is refused and changes nothing. Records that contradict new settings make the
    deploy of their app FAIL and that of the others CANCEL, and nothing goes live.
    Raises AppNotFoundError, SettingsRevisionError, DeployRunningError, InvalidInputError and what the checks raise.
    """
    _refuse_repeated([app_id for app_id, _ in wanted])
    lock_apps(session, caller.site_id, [app_id for app_id, _ in wanted if app_id <= MAX_APP_ID])
    previews = [open_preview(session, caller, app_id, revision, now) for app_id, revision in sorted(wanted)]
    if revert_only:
        for preview in previews:
            revert(preview)
        return None
    deployed_together = frozenset(preview.app.app_id for preview in previews)
    for preview in previews:
        check_preview(preview, deployed_together)
    violations = find_violations(previews)
    job = None
    if violations:
        fail([preview.app for preview in previews], violations)
    elif sum(_rewrites(preview) for preview in previews) > rewrites_in_a_call:
        job = _leave_to_job(session, caller, previews, now)
    else:
        go_live(previews)
    session.flush()  # the answer to a status call in the same transaction goes by the rows
    return job


def deploy_or_refuse(session: Session, caller: Caller, app_id: int, now: datetime) -> str | None:
    """Deploy one app as `deploy_apps` does, or refuse the whole call where its records contradict the settings.

    Raises what `deploy_apps` raises, and InvalidInputError with the reason.
    """
    job = deploy_apps(session, caller, [(app_id, None)], revert_only=False, now=now)
    app = get_app(session, caller, app_id)
    if app.deploy_error is not None:
        raise InvalidInputError({"app": [Text(app.deploy_error["ja"], app.deploy_error["en"])]})
    return job


def _refuse_repeated(app_ids: list[int]) -> None:
    for index, app_id in enumerate(app_ids):
        if app_id in app_ids[:index]:
            raise InvalidInputError({f"apps[{index}].app": [APP_REPEATED]})


def _rewrites(preview: Preview) -> int:
    if preview.app.live_revision is None:
        return 0
    return count_rewrites(preview.session, preview.app.pk, changes_of(preview))


def _leave_to_job(session: Session, caller: Caller, previews: Sequence[Preview], now: datetime) -> str:
    """Write down what a job has to do; from here on the settings of the apps can't be changed."""
    deploy = Deploy(id=new_id(), site_id=caller.site_id, caller=caller.code, started_at=now)
    session.add(deploy)
    session.flush()  # the apps of it refer to it
    for preview in previews:
        preview.app.deploy_status = DeployStatus.PROCESSING
        preview.app.deploy_error = None
        session.add(DeployedApp(deploy_id=deploy.id, app_pk=preview.app.pk))
    return deploy.id
