"""Finds the try-out that a secret opens, and how far its installation has come."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from marketplace.installs.models import Import
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret
from marketplace.sandbox.caller import Caller
from marketplace.tryouts.models import Tryout
from marketplace.tryouts.services import VISITOR, VISITOR_NAME
from marketplace.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class HeldTryout:
    """A try-out as its visitor holds it: the workspace, and who they are in it."""

    workspace: Workspace
    caller: Caller
    expires_at: datetime


def find_held(ctx: Context, workspace_id: str, secret: str) -> HeldTryout | None:
    """Return the try-out of a workspace if the secret opens it and its time has not come; else None."""
    row = ctx.session.execute(
        select(Tryout, Workspace)
        .join(Workspace, Workspace.id == Tryout.workspace_id)
        .where(Tryout.workspace_id == workspace_id, Tryout.expires_at > ctx.now())
    ).one_or_none()
    if row is None or not hmac.compare_digest(row[0].secret_hash, hash_secret(secret)):
        return None
    caller = Caller(site_id=workspace_id, code=VISITOR, name=VISITOR_NAME, is_admin=True, acts_for_owner=True)
    return HeldTryout(row[1], caller, row[0].expires_at)


def get_progress(ctx: Context, held: HeldTryout) -> ImportProgress:
    """Return the one import of a try-out with its steps."""
    import_id = ctx.session.scalars(select(Import.id).where(Import.workspace_id == held.workspace.id)).one()
    return get_import(replace(ctx, actor=SYSTEM), import_id)
