"""Seals the secrets of authenticator apps anew with the newest key, so that an old key can be thrown away."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts.factors.models import Authenticator
from marketplace.accounts.policy import require_system
from marketplace.kernel.context import Context
from marketplace.kernel.vault import VaultError


def rekey_authenticators(ctx: Context) -> tuple[int, int]:
    """Seal every secret with the newest key; return how many were, and how many none of the keys opens."""
    require_system(ctx.actor)
    renewed = unreadable = 0
    for app in ctx.session.scalars(select(Authenticator).order_by(Authenticator.person_id).with_for_update()):
        try:
            app.sealed_secret = ctx.ports.vault.renew(app.sealed_secret)
        except VaultError:
            unreadable += 1
            continue
        renewed += 1
    return renewed, unreadable
