"""The code of an app, which stands before its record numbers."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.context import Context
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.settings.app_code import set_app_code
from marketplace.workspaces.app_settings.access import open_app
from marketplace.workspaces.app_settings.errors import AppSettingsRefusedError
from marketplace.workspaces.app_settings.inputs import AppCodeInput


def change_app_code(ctx: Context, workspace_id: str, app_id: int, data: Mapping[str, object]) -> None:
    """Give an app a code, or take it away. Raises ValidationError or AppSettingsRefusedError."""
    managed = open_app(ctx, workspace_id, app_id)
    code: str = AppCodeInput().load(dict(data))["code"]
    before = managed.app.code
    try:
        set_app_code(ctx.session, managed.caller, managed.app.app_id, code)
    except PlatformError as error:
        raise AppSettingsRefusedError(error) from error
    managed.log("app-code.changed", f"workspace:{managed.workspace.id}", before=before, after=code)
