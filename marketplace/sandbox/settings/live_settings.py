"""The live settings of an app in one piece, as somebody needs them who shows its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.apps import get_app
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import AppNotFoundError
from marketplace.sandbox.models import App, Part, Stage
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
    """Return the live settings of an app. Raises AppNotFoundError, also for one never deployed."""
    app = get_app(session, caller, app_id)
    if app.live_revision is None:
        raise AppNotFoundError(id=app_id)

    def part(name: Part) -> Document:
        return read_part(session, app, Stage.LIVE, name)

    settings = part(Part.SETTINGS)
    return LiveApp(
        app=app,
        name=app.name,
        description=str(settings.get("description") or ""),
        properties=part(Part.FIELDS).get("properties") or {},
        layout=part(Part.LAYOUT).get("layout") or [],
        views=part(Part.VIEWS).get("views") or {},
        process=part(Part.STATUS),
        settings=settings,
    )
