"""Makes sites and apps as the settings side of the built-in workspace knows them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.ids import new_id
from marketplace.sandbox import apps, sites
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.models import App
from marketplace.sandbox.settings import fields
from tests.fakes import FixedClock


def make_site(session: Session) -> Caller:
    """Open a site and return its owner."""
    site = sites.create_site(session, new_id(), "下妻市", FixedClock()())
    return sites.owner(session, site.id)


def make_app(session: Session, caller: Caller, **properties: dict[str, Any]) -> App:
    """Add an app in preparation with fields whose codes and labels are the names given."""
    app = apps.create_app(session, caller, "補助金申請", None, None, FixedClock()())
    if properties:
        preview = apps.open_preview(session, caller, app.app_id, None, FixedClock()())
        fields.add_fields(preview, {code: {"code": code, "label": code, **each} for code, each in properties.items()})
    return app
