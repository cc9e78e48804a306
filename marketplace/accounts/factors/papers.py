"""Sealed papers that a page carries through a step, so that nothing half done is stored."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from marketplace.accounts.errors import PageExpiredError
from marketplace.kernel.context import Context
from marketplace.kernel.vault import VaultError

VALID_FOR = timedelta(minutes=10)


def write_paper(ctx: Context, purpose: str, person_id: str, content: str) -> str:
    """Return a sealed paper for one purpose and person."""
    return ctx.ports.vault.seal(json.dumps([purpose, person_id, ctx.now().isoformat(), content]))


def read_paper(ctx: Context, purpose: str, person_id: str, paper: str) -> str:
    """Return the content of a paper of ours. Raises PageExpiredError."""
    try:
        kind, owner, written_at, content = json.loads(ctx.ports.vault.unseal(paper))
        age = ctx.now() - datetime.fromisoformat(written_at)
    except (VaultError, ValueError, TypeError):
        raise PageExpiredError from None
    if (kind, owner) != (purpose, person_id) or not timedelta() <= age < VALID_FOR:
        raise PageExpiredError
    return str(content)
