"""Reading and changing the settings of an app, part by part; one revision counts all of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import SettingsRevisionError
from marketplace.sandbox.models import App, AppSettings, Part, Stage

Document = dict[str, Any]
"""One part of the settings, in the shape of its REST response less the revision."""

ANY_REVISION = -1

_RIGHTS = (
    "appEditable",
    "recordViewable",
    "recordAddable",
    "recordEditable",
    "recordDeletable",
    "recordImportable",
    "recordExportable",
)
_EVERYONE_MAY = {"recordViewable", "recordAddable", "recordEditable", "recordDeletable"}

INITIAL: dict[Part, Document] = {
    Part.SETTINGS: {
        "name": "",
        "description": "",
        "icon": {"type": "PRESET", "key": "APP72"},
        "theme": "WHITE",
        "titleField": {"selectionMode": "AUTO", "code": ""},
        "enableThumbnails": True,
        "enableBulkDeletion": False,
        "enableComments": True,
        "enableDuplicateRecord": True,
        "enableInlineRecordEditing": True,
        "numberPrecision": {"digits": "16", "decimalPlaces": "4", "roundingMode": "HALF_EVEN"},
        "firstMonthOfFiscalYear": "1",
    },
    Part.FIELDS: {"properties": {}},
    Part.LAYOUT: {"layout": []},
    Part.VIEWS: {"views": {}},
    Part.STATUS: {"enable": False, "states": None, "actions": None},
    Part.APP_ACL: {
        "rights": [
            {
                "entity": {"type": "CREATOR", "code": None},
                "includeSubs": False,
                **dict.fromkeys(_RIGHTS, True),
            },
            {
                "entity": {"type": "GROUP", "code": "everyone"},
                "includeSubs": False,
                **{right: right in _EVERYONE_MAY for right in _RIGHTS},
            },
        ]
    },
    Part.RECORD_ACL: {"rights": []},
    Part.FIELD_ACL: {"rights": []},
    Part.REPORTS: {"reports": {}},
    Part.NOTIFICATIONS_GENERAL: {"notifications": [], "notifyToCommenter": True},
    Part.NOTIFICATIONS_PER_RECORD: {"notifications": []},
    Part.NOTIFICATIONS_REMINDER: {"timezone": "Asia/Tokyo", "notifications": []},
    Part.CUSTOMIZE: {"scope": "ALL", "desktop": {"js": [], "css": []}, "mobile": {"js": [], "css": []}},
    Part.PLUGINS: {"plugins": []},
    Part.ACTIONS: {"actions": {}},
    Part.ADMIN_NOTES: {"content": "", "includeInTemplateAndDuplicates": False},
}
"""What each part holds until somebody writes it; only written parts have a row."""


def read_part(session: Session, app: App, stage: Stage, part: Part) -> Document:
    """Return one part of an app's settings; the copy may be changed freely."""
    row = session.get(AppSettings, (app.pk, stage, part))
    return copy.deepcopy(INITIAL[part] if row is None else row.document)


def read_part_of_each(session: Session, apps: Sequence[App], stage: Stage, part: Part) -> dict[int, Document]:
    """Return one part of several apps by their keys, in one query."""
    rows = session.execute(
        select(AppSettings.app_pk, AppSettings.document).where(
            AppSettings.app_pk.in_([app.pk for app in apps]), AppSettings.stage == stage, AppSettings.part == part
        )
    )
    written = {app_pk: document for app_pk, document in rows}  # noqa: C416 - rows are no pairs to mypy
    return {app.pk: written.get(app.pk, INITIAL[part]) for app in apps}


def write_part(session: Session, app: App, part: Part, document: Document) -> None:
    """Replace one part of the preview settings."""
    row = session.get(AppSettings, (app.pk, Stage.PREVIEW, part))
    if row is None:
        session.add(AppSettings(app_pk=app.pk, stage=Stage.PREVIEW, part=part, document=document))
    else:
        row.document = document
    session.flush()  # a later read in the same call, and the deploy, go by the rows


def revision_of(app: App, stage: Stage) -> int:
    """Return the revision that a read of a stage shows."""
    return app.live_revision or 0 if stage is Stage.LIVE else app.preview_revision


@dataclass(frozen=True, slots=True)
class Preview:
    """The preview settings of one app while one call changes them; the app's row is locked."""

    session: Session
    caller: Caller
    app: App
    now: datetime
    _rows: dict[Part, AppSettings] = field(default_factory=dict, repr=False, compare=False)
    """Holds on to the rows that were read: a session forgets what nobody holds, and would read each again."""

    def read(self, part: Part) -> Document:
        """Return a part as it stands."""
        row = self.session.get(AppSettings, (self.app.pk, Stage.PREVIEW, part))
        if row is not None:
            self._rows[part] = row
        return copy.deepcopy(INITIAL[part] if row is None else row.document)

    def write(self, part: Part, document: Document) -> None:
        """Replace a part."""
        write_part(self.session, self.app, part, document)

    def properties(self) -> Document:
        """Return the fields of the form by code."""
        properties: Document = self.read(Part.FIELDS)["properties"]
        return properties

    def advance(self) -> int:
        """Count the change and return the new revision."""
        self.app.preview_revision += 1
        self.app.modified_at = self.now
        self.app.modifier = self.caller.code
        self.session.flush()  # a later preview in the same call must see the count
        return self.app.preview_revision


def require_revision(app: App, revision: int | None) -> None:
    """Refuse a caller who worked from an older state. Raises SettingsRevisionError."""
    if revision not in {None, ANY_REVISION, app.preview_revision}:
        raise SettingsRevisionError(id=app.app_id)
