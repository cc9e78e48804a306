"""Workspaces and tokens, valid unless told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.kernel.ids import new_id
from marketplace.sandbox.sites import create_site
from marketplace.workspaces.models import Workspace
from tests.municipalities.factories import MIHON, make_municipality


def make_workspace(
    session: Session, municipality_code: str = MIHON, *, name: str = "本番", closed: bool = False
) -> Workspace:
    """Store a built-in workspace with its site; the municipality is made when it is not there."""
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    make_municipality(session, municipality_code)
    workspace = Workspace(
        id=new_id(),
        municipality_code=municipality_code,
        name=name,
        created_at=moment,
        closed_at=moment if closed else None,
    )
    session.add(workspace)
    session.flush()
    create_site(session, workspace.id, name, moment)
    return workspace
