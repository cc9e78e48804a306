"""The live settings of an app in one piece, as somebody needs them who shows its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.apps import get_live_app
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError
from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.policy import may
from marketplace.sandbox.rights.field_rights import field_access
from marketplace.sandbox.settings.seen_settings import hidden_codes, seen_layout, seen_properties, seen_views
from marketplace.sandbox.settings.store import read_part

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LiveApp:
    """An app in use: its name, form, lists and process, in REST shape."""

    app: App
    name: str
    description: str
    properties: dict[str, Document]
    layout: list[Document]
    views: dict[str, Document]
    process: Document
    settings: Document
    """The part that holds the title field and the first month of the fiscal year, among others."""


def read_live_app(session: Session, caller: Caller, app_id: int) -> LiveApp:
    """Return the live settings of an app, without the fields hidden from the caller.

    Raises AppNotFoundError, also for one never deployed, or NoPrivilegeError for who may neither see nor add records.
    """
    app = get_live_app(session, caller, app_id)
    if not (may(session, caller, app, "view") or may(session, caller, app, "add")):
        raise NoPrivilegeError
    form = live_form(session, app)
    hidden = hidden_codes(form, field_access(form, caller).form_seen)

    def part(name: Part) -> Document:
        return read_part(session, app, Stage.LIVE, name)

    settings = part(Part.SETTINGS)
    return LiveApp(
        app=app,
        name=app.name,
        description=str(settings.get("description") or ""),
        properties=seen_properties(part(Part.FIELDS).get("properties") or {}, hidden),
        layout=seen_layout(part(Part.LAYOUT).get("layout") or [], hidden),
        views=seen_views(part(Part.VIEWS).get("views") or {}, hidden),
        process=part(Part.STATUS),
        settings=settings,
    )
