"""What must hold before prepared settings go live: formulas, lookup keys, the layout, and the apps they refer to."""

from __future__ import annotations

from marketplace.sandbox.apps import find_linked_app
from marketplace.sandbox.errors import (
    AppNotFoundError,
    FieldNotFoundError,
    LayoutIncompleteError,
    LookupKeyNotUniqueError,
)
from marketplace.sandbox.form import Form
from marketplace.sandbox.formula import check_form
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.settings.conditions import preview_form
from marketplace.sandbox.settings.form_traces import placed_codes
from marketplace.sandbox.settings.properties import Property, is_lookup
from marketplace.sandbox.settings.renames import every_field
from marketplace.sandbox.settings.standard_fields import STANDARD
from marketplace.sandbox.settings.store import Preview, read_part


def check_preview(preview: Preview, deployed_together: frozenset[int]) -> None:
    """Refuse settings that can't work.

    Raises a formula's error, LookupKeyNotUniqueError, FieldNotFoundError, LayoutIncompleteError, or AppNotFoundError
    for a referenced app that is neither in use nor deployed in the same call.
    """
    form: Form = preview_form(preview)
    check_form(form)
    properties = preview.properties()
    for property_, _ in every_field(properties):
        if is_lookup(property_):
            _check_lookup_key(preview, property_, deployed_together)
        elif property_["type"] == "REFERENCE_TABLE":
            app_id = int(property_["referenceTable"]["relatedApp"]["app"])
            _related(preview, app_id, deployed_together)
    for action in preview.read(Part.ACTIONS)["actions"].values():
        _related(preview, int(action["destApp"]["app"]), deployed_together)
    placed = placed_codes(preview.read(Part.LAYOUT)["layout"])
    for code, property_ in properties.items():
        if property_["type"] not in STANDARD and code not in placed:
            raise LayoutIncompleteError(code=code)


def _check_lookup_key(preview: Preview, property_: Property, deployed_together: frozenset[int]) -> None:
    lookup = property_["lookup"]
    related = _related(preview, int(lookup["relatedApp"]["app"]), deployed_together)
    key = related.get(lookup["relatedKeyField"])
    if key is None:
        raise FieldNotFoundError(code=lookup["relatedKeyField"])
    if key["type"] != "RECORD_NUMBER" and not key.get("unique"):
        raise LookupKeyNotUniqueError


def _related(preview: Preview, app_id: int, deployed_together: frozenset[int]) -> dict[str, Property]:
    app = find_linked_app(preview.session, preview.app, app_id)
    together = app_id in deployed_together
    if app is None or (app.live_revision is None and not together):
        raise AppNotFoundError(id=app_id)
    stage = Stage.PREVIEW if together else Stage.LIVE
    properties: dict[str, Property] = read_part(preview.session, app, stage, Part.FIELDS)["properties"]
    return properties
