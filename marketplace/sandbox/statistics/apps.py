"""The apps of a site, each with its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.models import App, Part, Record, Stage
from marketplace.sandbox.settings.standard_fields import STANDARD
from marketplace.sandbox.settings.store import Document, read_part_of_each
from marketplace.sandbox.spaces.models import Space
from marketplace.sandbox.statistics.storage import bytes_of_files


@dataclass(frozen=True, slots=True)
class AppStatistics:
    """One app and how much is in it."""

    app: App
    space_name: str | None
    status: str
    records: int
    fields: int
    storage: int
    customized: bool
    record_updated_at: datetime


def count_apps(session: Session, caller: Caller, *, offset: int, limit: int) -> list[AppStatistics]:
    """Return the apps of a site by number, also those in preparation.

    Raises NoPrivilegeError for all but the site's administrators.
    """
    policy.require_site_admin(caller)
    apps = session.scalars(
        select(App)
        .where(App.site_id == caller.site_id, App.deleted_at.is_(None))
        .order_by(App.app_id)
        .offset(offset)
        .limit(limit)
    ).all()
    names = _space_names(session, caller.site_id, apps)
    records = _records(session, apps)
    forms = _documents(session, apps, Part.FIELDS)
    storage = bytes_of_files(session, caller.site_id, {app.pk: forms[app.pk]["properties"] for app in apps})
    parts = {part: _documents(session, apps, part) for part in (Part.CUSTOMIZE, Part.PLUGINS, Part.VIEWS)}
    return [
        AppStatistics(
            app=app,
            space_name=names.get(app.space_id),
            status=_status(app),
            records=records.get(app.pk, (0, None))[0],
            fields=_count_fields(forms[app.pk]["properties"]),
            storage=storage.get(app.pk, 0),
            customized=_is_customized({part: found[app.pk] for part, found in parts.items()}),
            record_updated_at=records.get(app.pk, (0, None))[1] or app.created_at,
        )
        for app in apps
    ]


def _space_names(session: Session, site_id: str, apps: Sequence[App]) -> dict[int | None, str]:
    rows = session.execute(
        select(Space.space_id, Space.name).where(
            Space.site_id == site_id, Space.space_id.in_({app.space_id for app in apps if app.space_id is not None})
        )
    )
    return {space_id: name for space_id, name in rows}  # noqa: C416 - rows are no pairs to mypy


def _records(session: Session, apps: Sequence[App]) -> dict[int, tuple[int, datetime | None]]:
    rows = session.execute(
        select(Record.app_pk, func.count(), func.max(Record.updated_at))
        .where(Record.app_pk.in_([app.pk for app in apps]))
        .group_by(Record.app_pk)
    )
    return {app_pk: (count, latest) for app_pk, count, latest in rows}


def _documents(session: Session, apps: Sequence[App], part: Part) -> dict[int, Document]:
    """Return a part of apps in use, and that in preparation of the others."""
    in_use = [app for app in apps if app.live_revision is not None]
    others = [app for app in apps if app.live_revision is None]
    return read_part_of_each(session, in_use, Stage.LIVE, part) | read_part_of_each(
        session, others, Stage.PREVIEW, part
    )


def _status(app: App) -> str:
    if app.live_revision is None:
        return "NOT_ACTIVATED"
    return "ACTIVATED" if app.live_revision == app.preview_revision else "CHANGED"


def _count_fields(properties: Mapping[str, Document]) -> int:
    own = [each for each in properties.values() if each["type"] not in STANDARD]
    return len(own) + sum(len(each.get("fields", {})) for each in own)


def _is_customized(parts: Mapping[Part, Document]) -> bool:
    scripts: dict[str, Any] = parts[Part.CUSTOMIZE]
    return bool(
        any(scripts[device][kind] for device in ("desktop", "mobile") for kind in ("js", "css"))
        or parts[Part.PLUGINS]["plugins"]
        or any(view["type"] == "CUSTOM" for view in parts[Part.VIEWS]["views"].values())
    )
