"""Keeps other apps in step when an app's fields go live under new names: their lookups, related records, actions."""

from __future__ import annotations

import copy

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.models import App, AppSettings, Part
from marketplace.sandbox.settings.link_following import follow_source_app
from marketplace.sandbox.settings.renames import Renames
from marketplace.sandbox.settings.store import Document


def follow_in_other_apps(session: Session, app: App, renames: Renames) -> None:
    """Write the new names into the settings of the site's other apps, prepared and in use; their rows are locked."""
    rows = session.scalars(
        select(AppSettings)
        .join(App, App.pk == AppSettings.app_pk)
        .where(App.site_id == app.site_id, App.pk != app.pk, AppSettings.part.in_((Part.FIELDS, Part.ACTIONS)))
    )
    for row in rows:
        document = copy.deepcopy(row.document)
        if row.part is Part.FIELDS:
            follow_source_app(document["properties"], app.app_id, renames)
        else:
            _follow_actions(document["actions"], app.app_id, renames)
        if document != row.document:
            row.document = document
    session.flush()  # reads go by the rows


def _follow_actions(actions: dict[str, Document], app_id: int, renames: Renames) -> None:
    for action in actions.values():
        if int(action["destApp"]["app"]) == app_id:
            action["mappings"] = [
                {**mapping, "destField": renames.code(mapping["destField"])}
                for mapping in action["mappings"]
                if mapping["destField"] not in renames.gone
            ]
