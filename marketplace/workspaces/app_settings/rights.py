"""The permissions of an app in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.kernel.context import Context
from marketplace.sandbox import apps
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.settings.live_rights import put_app_rights
from marketplace.workspaces.app_settings.access import open_app
from marketplace.workspaces.app_settings.errors import AppSettingsRefusedError


def replace_app_rights(
    ctx: Context, workspace_id: str, app_id: int, rights: Sequence[dict[str, Any]], revision: int | None
) -> None:
    """Replace who may do what with an app, in order of priority; it counts at once.

    `revision` is the one the caller saw; None for any. Raises AppSettingsRefusedError.
    """
    managed = open_app(ctx, workspace_id, app_id)
    try:
        preview = apps.open_preview(ctx.session, managed.caller, app_id, revision, ctx.now())
        reached = put_app_rights(preview, list(rights))
    except PlatformError as error:
        raise AppSettingsRefusedError(error) from error
    holders = [f"{right['entity']['type']}:{right['entity']['code'] or ''}" for right in rights]
    managed.log("app-rights.changed", f"workspace:{managed.workspace.id}", holders=holders, revision=reached)
