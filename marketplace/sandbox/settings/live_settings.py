"""The live settings of an app in one piece, as somebody needs them who shows its records."""

from __future__ import annotations

from collections.abc import Iterator
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
    """The fields as the form shows them, top to bottom, behind those that it does not place."""
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
    layout = seen_layout(part(Part.LAYOUT).get("layout") or [], hidden)
    return LiveApp(
        app=app,
        name=app.name,
        description=str(settings.get("description") or ""),
        properties=_as_placed(seen_properties(part(Part.FIELDS).get("properties") or {}, hidden), layout),
        layout=layout,
        views=seen_views(part(Part.VIEWS).get("views") or {}, hidden),
        process=part(Part.STATUS),
        settings=settings,
    )


def _as_placed(properties: dict[str, Document], layout: list[Document]) -> dict[str, Document]:
    """Return the fields, and the columns of tables, in the order of the form."""
    place = {code: number for number, code in enumerate(_codes(layout))}

    def ordered(fields: dict[str, Document]) -> dict[str, Document]:
        return dict(sorted(fields.items(), key=lambda item: place.get(item[0], -1)))

    return {
        code: {**field, "fields": ordered(field["fields"])} if field.get("fields") else field
        for code, field in ordered(properties).items()
    }


def _codes(layout: list[Document]) -> Iterator[str]:
    """Yield the codes of the groups, tables, fields and columns of a layout, top to bottom."""
    for line in layout:
        if line.get("code"):
            yield str(line["code"])
        yield from (str(each["code"]) for each in line.get("fields", []) if each.get("code"))
        yield from _codes(line.get("layout", []))
