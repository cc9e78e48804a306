"""Putting preview settings into use, for several apps at once: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox import policy
from marketplace.sandbox.apps import get_app, open_preview
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.deploy_checks import check_preview, find_violation
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import App, AppSettings, DeployStatus, Part, Stage
from marketplace.sandbox.settings.store import Preview

MOST_APPS = 300
APP_REPEATED = Text("同じアプリが重複して指定されています。", "The same app is specified more than once.")


@dataclass(frozen=True, slots=True)
class AppDeployStatus:
    """How the latest deploy of one app ended."""

    app_id: int
    status: DeployStatus


def deploy_apps(
    session: Session,
    caller: Caller,
    wanted: Sequence[tuple[int, int | None]],
    revert: bool,  # noqa: FBT001 - the call's own parameter, agreed with its callers
    now: datetime,
) -> None:
    """Put the preview settings of the apps into use, or throw them away.

    A mistake in the settings is refused and changes nothing. Records that contradict new settings make the
    deploy of their app FAIL and that of the others CANCEL, and nothing goes live.
    Raises AppNotFoundError, SettingsRevisionError, LookupKeyNotUniqueError, a formula's error, or InvalidInputError.
    """
    _refuse_repeated([app_id for app_id, _ in wanted])
    # Locking in one order keeps two deploys from waiting for each other.
    previews = [open_preview(session, caller, app_id, revision, now) for app_id, revision in sorted(wanted)]
    if revert:
        for preview in previews:
            _revert(preview)
        return
    deployed_together = frozenset(preview.app.app_id for preview in previews)
    for preview in previews:
        check_preview(preview, deployed_together)
    violations = {preview.app.app_id: find_violation(preview) for preview in previews}
    failed = any(violations.values())
    for preview in previews:
        violation = violations[preview.app.app_id]
        if not failed:
            _go_live(preview)
        preview.app.deploy_status = _ending(failed=failed, violation=violation)
        preview.app.deploy_error = violation
    session.flush()  # the answer to a status call in the same transaction goes by the rows


def deploy_or_refuse(session: Session, caller: Caller, app_id: int, now: datetime) -> None:
    """Put the preview settings of one app into use, or refuse the whole call where its records contradict them.

    Raises what `deploy_apps` raises, and InvalidInputError naming the field.
    """
    deploy_apps(session, caller, [(app_id, None)], revert=False, now=now)
    app = get_app(session, caller, app_id)
    if app.deploy_status is not DeployStatus.SUCCESS:
        raise InvalidInputError({"app": [_contradiction(app.deploy_error or "")]})


def deploy_status(session: Session, caller: Caller, app_ids: Sequence[int]) -> list[AppDeployStatus]:
    """Return how the latest deploys ended, in the order asked for. Raises AppNotFoundError or NoPrivilegeError."""
    found = []
    for app_id in app_ids:
        app = get_app(session, caller, app_id)
        policy.require_app_right(session, caller, app, "admin")
        found.append(AppDeployStatus(app_id, app.deploy_status))
    return found


def _contradiction(code: str) -> Text:
    return Text(
        f"準備中の設定がレコードの値と合わないため、反映できません（フィールド：{code}）。",
        f"The prepared settings contradict the values of records and can't be put into use (field: {code}).",
    )


def _refuse_repeated(app_ids: list[int]) -> None:
    for index, app_id in enumerate(app_ids):
        if app_id in app_ids[:index]:
            raise InvalidInputError({f"apps[{index}].app": [APP_REPEATED]})


def _ending(*, failed: bool, violation: str | None) -> DeployStatus:
    if not failed:
        return DeployStatus.SUCCESS
    return DeployStatus.CANCEL if violation is None else DeployStatus.FAIL


def _go_live(preview: Preview) -> None:
    app = preview.app
    _copy(preview.session, app, Stage.PREVIEW, Stage.LIVE)
    app.name = preview.read(Part.SETTINGS)["name"]
    app.live_revision = app.preview_revision
    app.modified_at = preview.now
    app.modifier = preview.caller.code


def _revert(preview: Preview) -> None:
    """Go back to the settings in use; an app without any keeps its preview, as on kintone."""
    app = preview.app
    app.deploy_status = DeployStatus.SUCCESS
    app.deploy_error = None
    if app.live_revision is None or app.live_revision == app.preview_revision:
        return
    _copy(preview.session, app, Stage.LIVE, Stage.PREVIEW)
    # Counting on keeps a revision from naming two different states.
    preview.advance()


def _copy(session: Session, app: App, source: Stage, target: Stage) -> None:
    rows = session.scalars(select(AppSettings).where(AppSettings.app_pk == app.pk, AppSettings.stage == source)).all()
    session.execute(delete(AppSettings).where(AppSettings.app_pk == app.pk, AppSettings.stage == target))
    session.add_all(AppSettings(app_pk=app.pk, stage=target, part=row.part, document=row.document) for row in rows)
    session.flush()  # reads go by the rows
