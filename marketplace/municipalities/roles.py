"""What each role may do."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.actor import Permission


class Role(StrEnum):
    """What a member does for the municipality."""

    ADMIN = "admin"
    PUBLISHER = "publisher"
    INSTALLER = "installer"
    READER = "reader"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.PUBLISHER: frozenset(
        {Permission.TEMPLATES_PUBLISH, Permission.REVIEWS_WRITE, Permission.WORKSPACES_READ},
    ),
    Role.INSTALLER: frozenset(
        {Permission.INSTALLS_WRITE, Permission.REVIEWS_WRITE, Permission.WORKSPACES_READ},
    ),
    Role.READER: frozenset({Permission.WORKSPACES_READ}),
}
