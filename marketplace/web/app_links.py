"""Where an installed app is for people, in the two ways it can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.web.apps.visit import app_address

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace


def records_link(workspace: Workspace, app_id: int | str) -> str:
    """Return the address of an app's records."""
    return workspace.address_of(app_id)


def settings_link(workspace: Workspace, app_id: int | str) -> str:
    """Return the address of an app's settings, which are there before it comes into use."""
    if workspace.connection is not None:
        return f"{workspace.connection.apps_address}admin/app/flow?app={app_id}"
    return f"{app_address(workspace.id, app_id)}settings"
