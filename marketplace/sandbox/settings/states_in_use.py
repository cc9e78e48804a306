"""States of the process that records are in: as on kintone, these can't be deleted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.models import App, Record
from marketplace.sandbox.settings.renames import new_names
from marketplace.sandbox.settings.store import Document


def find_state_in_use(session: Session, app: App, live: Document, prepared: Document) -> str | None:
    """Return a state in use that the prepared process no longer has although records are in it, or None."""
    gone = [name for name, now in new_names(live["states"], prepared["states"]).items() if now is None]
    if not gone:
        return None
    held = select(Record.status).where(Record.app_pk == app.pk, Record.status.in_(gone)).limit(1)
    return session.scalar(held)
