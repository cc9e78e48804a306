"""Erases the apps that went with their spaces, once nobody can want them back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.db.base import Base
from marketplace.sandbox.models import App, Part, Stage, StoredFile
from marketplace.sandbox.settings.store import read_part
from marketplace.sandbox.statistics.storage import owners_of_files

KEPT = timedelta(days=14)
AT_ONCE = 10
"""The next errand takes the next ones, so that none holds the database for long."""
_BATCH = 500


def erase_deleted_apps(session: Session, now: datetime) -> int:
    """Erase apps deleted long ago with everything that is theirs; return how many."""
    apps = session.scalars(
        select(App).where(App.deleted_at < now - KEPT).order_by(App.deleted_at, App.pk).limit(AT_ONCE)
    ).all()
    for app in apps:
        _erase(session, app)
    return len(apps)


def _erase(session: Session, app: App) -> None:
    properties = read_part(session, app, Stage.LIVE, Part.FIELDS)["properties"]
    keys = list(owners_of_files(session, {app.pk: properties}))
    # From the last made to the first, so that no row loses one it refers to.
    for table in reversed(Base.metadata.sorted_tables):
        if "app_pk" in table.c:
            session.execute(delete(table).where(table.c.app_pk == app.pk))
    session.execute(delete(App).where(App.pk == app.pk))
    for start in range(0, len(keys), _BATCH):
        session.execute(delete(StoredFile).where(StoredFile.key.in_(keys[start : start + _BATCH])))
