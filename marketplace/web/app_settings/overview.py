"""The first page of an app's settings: what it is, how it stands, and its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.kernel.text import Text
from marketplace.sandbox.models import DeployStatus, Part
from marketplace.web.app_settings.frame import frame_of, manage, pages, settings_address
from marketplace.web.app_sheets import plain_text
from marketplace.web.forms import FormState, filled, refused
from marketplace.workspaces.app_settings.codes import change_app_code
from marketplace.workspaces.app_settings.tokens import list_app_tokens
from marketplace.workspaces.app_settings.webhooks import list_webhooks

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.app_settings.access import ManagedApp

DEPLOY_STATES: dict[DeployStatus, tuple[Text, str, str]] = {
    DeployStatus.PROCESSING: (Text("反映しています", "Under way"), "blue", "…"),
    DeployStatus.SUCCESS: (Text("反映済み", "Done"), "green", "✓"),
    DeployStatus.FAIL: (Text("反映に失敗しました", "Failed"), "red", "×"),
    DeployStatus.CANCEL: (Text("反映を取り消しました", "Cancelled"), "orange", "！"),
}
NEVER_DEPLOYED = (Text("まだ一度も反映していません", "Never put into use"), "orange", "！")


@dataclass(frozen=True, slots=True)
class Overview:
    """How an app stands."""

    description: str
    code: str
    deploy: tuple[Text, str, str]
    """The words, the colour and the mark of the latest deploy."""
    revision: int | None
    prepared: int | None
    """The revision in preparation, if it differs from the one in use."""
    created_at: datetime
    modified_at: datetime
    modifier: str
    field_count: int
    rights: int
    tokens: int
    webhooks: int
    active_webhooks: int
    has_process: bool


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings")
def overview(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show how an app stands."""
    managed = manage(workspace_id, app_id)
    return _render(managed, filled(code=managed.app.code))


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/code")
def change_code(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Give the app a code, or take it away."""
    managed = manage(workspace_id, app_id)
    with attempt() as tried:
        change_app_code(managed.ctx, workspace_id, app_id, {"code": request.form.get("code", "")})
        return redirect(settings_address(workspace_id, app_id), 303)
    form = refused(tried.error, request.form)
    return _render(managed, form), form.status


def _render(managed: ManagedApp, form: FormState) -> str:
    return render_template("app_settings/overview.html", frame=frame_of(managed), form=form, page=_overview(managed))


def _overview(managed: ManagedApp) -> Overview:
    app, webhooks = managed.app, list_webhooks(managed)
    is_new = app.live_revision is None
    return Overview(
        description=plain_text(str(managed.read(Part.SETTINGS).get("description") or "")),
        code=app.code,
        deploy=NEVER_DEPLOYED
        if is_new and app.deploy_status is DeployStatus.SUCCESS
        else DEPLOY_STATES[app.deploy_status],
        revision=app.live_revision,
        prepared=app.preview_revision if app.preview_revision != app.live_revision else None,
        created_at=app.created_at,
        modified_at=app.modified_at,
        modifier=app.modifier,
        field_count=len(managed.read(Part.FIELDS)["properties"]),
        rights=len(managed.read(Part.APP_ACL)["rights"]),
        tokens=len(list_app_tokens(managed)),
        webhooks=len(webhooks),
        active_webhooks=sum(1 for webhook in webhooks if webhook.active),
        has_process=bool(managed.read(Part.STATUS).get("enable")),
    )
