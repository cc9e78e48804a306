"""The moment in which prepared settings come into use, with the records they are about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox.deploys.other_apps import follow_in_other_apps
from marketplace.sandbox.deploys.record_changes import RecordChanges, record_changes
from marketplace.sandbox.deploys.rewriting import put_in_place
from marketplace.sandbox.deploys.violations import find_violation
from marketplace.sandbox.models import App, AppSettings, DeployStatus, Part, Stage
from marketplace.sandbox.settings.renames import Renames, renames_between, state_renames
from marketplace.sandbox.settings.store import Preview, read_part


def lock_apps(session: Session, site_id: str, app_ids: Sequence[int]) -> None:
    """Lock the apps of a deploy, and all of the site if others have to follow new names.

    One order of locking, by number, keeps deploys from waiting for each other.
    """
    own = list(session.scalars(select(App).where(App.site_id == site_id, App.app_id.in_(app_ids))))
    named_anew = any(renames_in(session, app) for app in own if app.live_revision is not None)
    chosen = App.site_id == site_id if named_anew else App.pk.in_([app.pk for app in own])
    session.execute(select(App.pk).where(chosen).order_by(App.app_id).with_for_update())


def find_violations(previews: Sequence[Preview]) -> dict[int, Text]:
    """Return why the records of some of the apps can't live under the prepared settings, by app number."""
    found = ((preview.app.app_id, find_violation(preview)) for preview in previews)
    return {app_id: violation for app_id, violation in found if violation is not None}


def changes_of(preview: Preview) -> RecordChanges:
    """Return what going live changes in the records of an app."""

    def live(part: Part) -> dict[str, object]:
        return read_part(preview.session, preview.app, Stage.LIVE, part)

    return record_changes(
        live(Part.FIELDS)["properties"],  # type: ignore[arg-type]
        preview.properties(),
        live(Part.STATUS),
        preview.read(Part.STATUS),
    )


def renames_in(session: Session, app: App) -> Renames:
    """Return what other apps have to know by another name once an app goes live."""
    live, prepared = (
        read_part(session, app, stage, Part.FIELDS)["properties"] for stage in (Stage.LIVE, Stage.PREVIEW)
    )
    fields = renames_between(live, prepared)
    processes = (read_part(session, app, stage, Part.STATUS) for stage in (Stage.LIVE, Stage.PREVIEW))
    return Renames(fields.codes, fields.gone, {**fields.values, **state_renames(live, *processes).values})


def go_live(previews: Sequence[Preview], deploy_id: str | None = None) -> None:
    """Put the settings of all apps into use and change their records; nothing here can be refused any more."""
    # Other apps follow first: what they hold may be among the settings that go live now.
    for preview in previews:
        if preview.app.live_revision is not None and (renames := renames_in(preview.session, preview.app)):
            follow_in_other_apps(preview.session, preview.app, renames)
    for preview in previews:
        if preview.app.live_revision is not None:
            put_in_place(preview.session, preview.app.pk, changes_of(preview), deploy_id)
        _use(preview)
        end(preview.app, DeployStatus.SUCCESS)
    previews[0].session.flush()  # the answer to a status call in the same transaction goes by the rows


def fail(apps: Sequence[App], reasons: dict[int, Text]) -> None:
    """End a deploy without a change: FAIL for the apps that have a reason, CANCEL for the others."""
    for app in apps:
        reason = reasons.get(app.app_id)
        end(app, DeployStatus.CANCEL if reason is None else DeployStatus.FAIL, reason)


def end(app: App, status: DeployStatus, reason: Text | None = None) -> None:
    """Write down how the latest deploy of an app ended, and why it failed."""
    app.deploy_status = status
    app.deploy_error = None if reason is None else {"ja": reason.ja, "en": reason.en}


def revert(preview: Preview) -> None:
    """Go back to the settings in use; an app without any keeps its preview, as on kintone."""
    app = preview.app
    end(app, DeployStatus.SUCCESS)
    if app.live_revision is None or app.live_revision == app.preview_revision:
        return
    _copy(preview.session, app, Stage.LIVE, Stage.PREVIEW)
    # Counting on keeps a revision from naming two different states.
    preview.advance()


def _use(preview: Preview) -> None:
    app = preview.app
    _copy(preview.session, app, Stage.PREVIEW, Stage.LIVE)
    app.name = preview.read(Part.SETTINGS)["name"]
    app.live_revision = app.preview_revision
    app.modified_at = preview.now
    app.modifier = preview.caller.code


def _copy(session: Session, app: App, source: Stage, target: Stage) -> None:
    rows = session.scalars(select(AppSettings).where(AppSettings.app_pk == app.pk, AppSettings.stage == source)).all()
    session.execute(delete(AppSettings).where(AppSettings.app_pk == app.pk, AppSettings.stage == target))
    session.add_all(AppSettings(app_pk=app.pk, stage=target, part=row.part, document=row.document) for row in rows)
    session.flush()  # reads go by the rows
