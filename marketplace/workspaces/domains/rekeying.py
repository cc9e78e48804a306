"""Seals every password anew with the newest key, so that an old key can be thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.audit import services as audit
from marketplace.kernel.context import Context
from marketplace.kernel.vault import VaultError
from marketplace.workspaces.domains.models import Connection


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What became of the sealed passwords."""

    renewed: int
    unreadable: tuple[str, ...]
    """The workspaces whose passwords none of the keys opens; they have to be entered again."""


def rekey(ctx: Context) -> Rekeyed:
    """Seal the passwords of every connection with the newest key; the operator does it, on the command line."""
    renewed, unreadable = 0, []
    wanted = select(Connection).order_by(Connection.workspace_id).with_for_update(of=Connection)
    for connection in ctx.session.scalars(wanted):
        try:
            connection.sealed = ctx.ports.vault.renew(connection.sealed)
        except VaultError:
            unreadable.append(connection.workspace_id)
            continue
        renewed += 1
        code = connection.workspace.municipality_code
        audit.record(
            ctx, "workspace.credentials-rekeyed", f"workspace:{connection.workspace_id}", municipality_code=code
        )
    return Rekeyed(renewed, tuple(unreadable))
