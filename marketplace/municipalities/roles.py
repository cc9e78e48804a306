"""What each role may do."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.actor import SCOPES, Permission
from marketplace.municipalities.codes import OPERATOR_CODE


class Role(StrEnum):
    """What a member does for the municipality."""

    ADMIN = "admin"
    PUBLISHER = "publisher"
    INSTALLER = "installer"
    READER = "reader"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: SCOPES,
    Role.PUBLISHER: frozenset(
        {Permission.TEMPLATES_PUBLISH, Permission.REVIEWS_WRITE, Permission.WORKSPACES_READ},
    ),
    Role.INSTALLER: frozenset(
        {Permission.INSTALLS_WRITE, Permission.REVIEWS_WRITE, Permission.WORKSPACES_READ},
    ),
    Role.READER: frozenset({Permission.WORKSPACES_READ}),
}


def permissions_of(role: Role, municipality_code: str) -> frozenset[Permission]:
    """Return what a member may do; whoever administers the operator runs the service besides."""
    runs_the_service = role is Role.ADMIN and municipality_code == OPERATOR_CODE
    return PERMISSIONS[role] | {Permission.SERVICE_OPERATE} if runs_the_service else PERMISSIONS[role]
