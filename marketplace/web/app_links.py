"""Where an installed app is for people: on our own pages, or on those of a kintone domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.web.apps.visit import app_address

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace


def app_link(workspace: Workspace, app_id: int | str) -> str:
    """Return the address of an app's records."""
    if workspace.connection is not None:
        return f"{workspace.connection.apps_address}{app_id}/"
    return app_address(workspace.id, app_id)


def settings_link(workspace: Workspace, app_id: int | str) -> str:
    """Return the address of an app's settings, which are there before it comes into use."""
    if workspace.connection is not None:
        return f"{workspace.connection.apps_address}admin/app/flow?app={app_id}"
    return f"{app_address(workspace.id, app_id)}settings"
