"""Where the kintone is that a runner calls."""

from __future__ import annotations

from marketplace.workspaces.models import Workspace


def guest_space_of(workspace: Workspace) -> str | None:
    """Return the number of the guest space that a workspace is, if it is one."""
    return workspace.connection.guest_space if workspace.connection is not None else workspace.guest_space


def address_of(workspace: Workspace) -> str | None:
    """Return the address of a workspace's kintone; None if it is a built-in one."""
    return workspace.connection.address if workspace.connection is not None else workspace.address
