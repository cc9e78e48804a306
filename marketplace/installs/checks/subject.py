"""What a check is about: an installation, the import it came by, and its workspace, if it can be read now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.installs.checks.errors import InstallationOutOfReachError
from marketplace.installs.errors import ImportUnderWayError, WorkspaceUnusableError
from marketplace.installs.models import UNDER_WAY, Import, Installation
from marketplace.workspaces.models import CLOSED_NETWORK, Workspace


@dataclass(frozen=True, slots=True)
class Subject:
    """An installation that can be read, and the import that tells what it was made with."""

    installation: Installation
    import_: Import


def open_subject(session: Session, installation_id: str) -> Subject:
    """Return an installation whose workspace can be read, and is not being installed into with the same template.

    Raises WorkspaceUnusableError, InstallationOutOfReachError or ImportUnderWayError.
    """
    installation = session.get_one(Installation, installation_id)
    workspace = session.get_one(Workspace, installation.workspace_id)
    if workspace.closed_at is not None:
        raise WorkspaceUnusableError
    if not is_in_reach(workspace):
        raise InstallationOutOfReachError
    _require_none_under_way(session, installation)
    made_by = session.scalars(select(Import).where(Import.installation_id == installation_id)).one()
    return Subject(installation, made_by)


def is_in_reach(workspace: Workspace) -> bool:
    """Tell whether the service itself can read the apps of a workspace."""
    return workspace.kind != CLOSED_NETWORK


def _require_none_under_way(session: Session, installation: Installation) -> None:
    under_way = select(Import.id).where(
        Import.workspace_id == installation.workspace_id,
        Import.template_id == installation.template_id,
        Import.state.in_(UNDER_WAY),
    )
    import_id = session.scalar(under_way)
    if import_id is not None:
        raise ImportUnderWayError(import_id=import_id)
