"""Who makes the calls of an import: what is asked for, as far as the workspace allows it."""

from __future__ import annotations

from marketplace.installs.errors import ModeUnsuitableError, WorkspaceOutOfReachError
from marketplace.installs.models import ImportMode
from marketplace.workspaces.models import CLOSED_NETWORK, TRYOUT, Workspace


def mode_for(workspace: Workspace, wanted: ImportMode | None) -> ImportMode:
    """Return the mode of an import into a workspace. Raises WorkspaceOutOfReachError, ModeUnsuitableError."""
    if workspace.kind == CLOSED_NETWORK:
        if wanted is ImportMode.PUSH:
            raise WorkspaceOutOfReachError
        return wanted or ImportMode.PULL
    if workspace.kind == TRYOUT and wanted not in {None, ImportMode.PUSH}:
        raise ModeUnsuitableError
    return wanted or ImportMode.PUSH
