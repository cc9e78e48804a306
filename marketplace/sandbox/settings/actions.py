"""The buttons that copy a record into another app, keyed by name."""

from __future__ import annotations

from typing import Any

from marketplace.sandbox.errors import FieldNotFoundError
from marketplace.sandbox.models import Part
from marketplace.sandbox.settings.conditions import check_condition, preview_form
from marketplace.sandbox.settings.entities import check_entities, entity_shape
from marketplace.sandbox.settings.field_links import related_properties
from marketplace.sandbox.settings.named_items import over_known, refuse_repeated_index, renumber, settle_names
from marketplace.sandbox.settings.shapes import Digits, Either, ListOf, MapOf, Obj, Txt, may, need, read_shape
from marketplace.sandbox.settings.store import Preview

_CODE = need(Txt(shortest=1))
SHAPE = MapOf(
    Obj(
        {
            "index": need(Digits(most=100_000)),
            "name": may(Txt(longest=32, shortest=1)),
            "destApp": need(Obj({"app": need(Digits(least=1)), "code": may(Txt(), otherwise="")})),
            "mappings": may(
                ListOf(
                    Either(
                        "srcType",
                        {
                            "FIELD": Obj({"srcField": _CODE, "destField": _CODE}),
                            "RECORD_URL": Obj({"destField": _CODE}),
                        },
                    ),
                    most=1000,
                ),
                otherwise=list,
            ),
            "entities": may(ListOf(entity_shape("USER GROUP ORGANIZATION"), most=1000), otherwise=list),
            "filterCond": may(Txt(), otherwise=""),
        }
    ),
    most=1000,
)


def replace_actions(preview: Preview, given: object) -> dict[str, str]:
    """Replace all actions; one kept under its former name keeps its number and what is left out. Returns the numbers.

    Raises InvalidInputError, AppNotFoundError, FieldNotFoundError, query errors and those of unknown users.
    """
    old = preview.read(Part.ACTIONS)["actions"]
    actions = settle_names(preview, read_shape(SHAPE, over_known(given, old), "actions"), old, "actions")
    refuse_repeated_index(actions, "actions")
    properties = preview.properties()
    form = preview_form(preview)
    for name, action in actions.items():
        destination = related_properties(preview, int(action["destApp"]["app"]), properties)
        for mapping in action["mappings"]:
            _require_field(destination, mapping["destField"])
            if "srcField" in mapping:
                _require_field(properties, mapping["srcField"])
        check_entities(preview, action["entities"])
        check_condition(preview, action["filterCond"], f"actions[{name}].filterCond", form)
    renumber(actions)
    preview.write(Part.ACTIONS, {"actions": actions})
    return {name: action["id"] for name, action in actions.items()}


def _require_field(properties: dict[str, Any], code: str) -> None:
    if code not in properties and not any(code in table.get("fields", {}) for table in properties.values()):
        raise FieldNotFoundError(code=code)
