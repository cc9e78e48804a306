"""The parts of an app's settings that are read and written as one document each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from marketplace.kintone_api.calls import Body, Call
from marketplace.kintone_api.form_apis import LANG, STAGES, advanced, permission_of
from marketplace.kintone_api.table import enter_api
from marketplace.sandbox import policy
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.settings import (
    acl,
    actions,
    admin_notes,
    customize,
    general,
    layout,
    notifications,
    reports,
    status,
    views,
)
from marketplace.sandbox.settings.store import Preview, read_part, revision_of

Change = Callable[[Preview, object], Any]


@dataclass(frozen=True, slots=True)
class PartApi:
    """How one part is reached."""

    part: Part
    name: str
    change: Change
    """Gets the whole body, or the parameter that `key` names."""
    key: str = ""
    method: str = "PUT"
    reads_with: str = ""
    """The permission that reading takes in place of the usual one."""
    takes_tokens: bool = True
    show: Callable[[Body], Body] = dict
    """Makes of the document what answers show."""


PARTS = (
    PartApi(Part.SETTINGS, "app/settings", general.change_settings),
    PartApi(Part.LAYOUT, "app/form/layout", layout.replace_layout, "layout"),
    PartApi(Part.VIEWS, "app/views", views.replace_views, "views"),
    PartApi(Part.STATUS, "app/status", status.change_status, show=status.shown_status),
    PartApi(Part.APP_ACL, "app/acl", acl.replace_app_rights, "rights", reads_with="admin"),
    PartApi(Part.RECORD_ACL, "record/acl", acl.replace_record_rights, "rights", reads_with="admin"),
    PartApi(Part.FIELD_ACL, "field/acl", acl.replace_field_rights, "rights", reads_with="admin"),
    PartApi(Part.NOTIFICATIONS_GENERAL, "app/notifications/general", notifications.change_general, reads_with="admin"),
    PartApi(
        Part.NOTIFICATIONS_PER_RECORD,
        "app/notifications/perRecord",
        notifications.change_per_record,
        reads_with="admin",
    ),
    PartApi(
        Part.NOTIFICATIONS_REMINDER, "app/notifications/reminder", notifications.change_reminders, reads_with="admin"
    ),
    PartApi(Part.REPORTS, "app/reports", reports.replace_reports, "reports"),
    PartApi(Part.CUSTOMIZE, "app/customize", customize.change_customize, reads_with="admin", takes_tokens=False),
    PartApi(Part.ACTIONS, "app/actions", actions.replace_actions, "actions"),
    PartApi(Part.ADMIN_NOTES, "app/adminNotes", admin_notes.change_admin_notes, reads_with="admin"),
)

WITH_LANGUAGE = frozenset(
    {
        Part.SETTINGS,
        Part.VIEWS,
        Part.STATUS,
        Part.RECORD_ACL,
        Part.REPORTS,
        Part.ACTIONS,
        Part.PLUGINS,
        Part.NOTIFICATIONS_PER_RECORD,
        Part.NOTIFICATIONS_REMINDER,
    }
)
"""Parts that may be asked for in a language; names have one language here, so it only has to be one that exists."""

NUMBERED = {Part.VIEWS: "views", Part.REPORTS: "reports", Part.ACTIONS: "actions"}
"""Parts whose change answers with the numbers of the items, by name."""


def get_part(call: Call, entry: PartApi, stage: Stage) -> Body:
    """Return the part with the revision."""
    if entry.part in WITH_LANGUAGE:
        call.read(lang=LANG)
    app = call.app(stage, entry.reads_with or permission_of(stage))
    document = read_part(call.ctx.session, app, stage, entry.part)
    return {**entry.show(document), "revision": str(revision_of(app, stage))}


def change_part(call: Call, entry: PartApi) -> Body:
    """Change the part in the preview settings."""
    if not entry.takes_tokens:
        policy.require_login(call.caller)
    preview = call.open_preview()
    given = call.data.get(entry.key) if entry.key else call.data
    if given is None:
        raise InvalidInputError({entry.key: [REQUIRED_PARAMETER]})
    result = entry.change(preview, given)
    numbers: Body = {}
    if entry.part in NUMBERED:
        numbers = {NUMBERED[entry.part]: {name: {"id": number} for name, number in result.items()}}
    return {**numbers, **advanced(preview)}


for part_api in PARTS:
    for start, read_stage in STAGES.items():
        enter_api("GET", f"{start}{part_api.name}", partial(get_part, entry=part_api, stage=read_stage))
    enter_api(part_api.method, f"preview/{part_api.name}", partial(change_part, entry=part_api))
