"""The permissions of an app, of its records and of its fields, each a list in order of priority."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import FieldNotFoundError, InvalidInputError
from marketplace.sandbox.models import Part
from marketplace.sandbox.policy import RIGHT_OF_PERMISSION
from marketplace.sandbox.settings.conditions import check_condition, preview_form
from marketplace.sandbox.settings.entities import check_entities, flag, holder_shape
from marketplace.sandbox.settings.shapes import ListOf, Obj, Txt, may, need, one_of, read_shape
from marketplace.sandbox.settings.store import Preview

ENTITY_REPEATED = Text("同じ対象が重複して指定されています。", "The same target is specified more than once.")
FIELD_REPEATED = Text("同じフィールドが重複して指定されています。", "The same field is specified more than once.")

_APP_RIGHTS = tuple(RIGHT_OF_PERMISSION.values())
_SOMEBODY = "USER GROUP ORGANIZATION FIELD_ENTITY"
APP_SHAPE = ListOf(holder_shape("USER ORGANIZATION GROUP CREATOR", {name: flag() for name in _APP_RIGHTS}), most=1000)
RECORD_SHAPE = ListOf(
    Obj(
        {
            "filterCond": may(Txt(), otherwise=""),
            "entities": need(
                ListOf(
                    holder_shape(_SOMEBODY, {"viewable": flag(), "editable": flag(), "deletable": flag()}),
                    most=1000,
                )
            ),
        }
    ),
    most=1000,
)
FIELD_SHAPE = ListOf(
    Obj(
        {
            "code": need(Txt(shortest=1)),
            "entities": need(
                ListOf(holder_shape(_SOMEBODY, {"accessibility": need(one_of("READ WRITE NONE"))}), most=1000)
            ),
        }
    ),
    most=1000,
)


def replace_app_rights(preview: Preview, given: object) -> None:
    """Replace who may do what with the app. Raises InvalidInputError and the errors of unknown users."""
    rights = read_shape(APP_SHAPE, given, "rights")
    for right in rights:
        if right["entity"]["type"] == "CREATOR":
            right["entity"]["code"] = None
    check_entities(preview, [right["entity"] for right in rights])
    seen: list[object] = []
    for index, right in enumerate(rights):
        if right["entity"] in seen:
            raise InvalidInputError({f"rights[{index}].entity": [ENTITY_REPEATED]})
        seen.append(right["entity"])
    preview.write(Part.APP_ACL, {"rights": rights})


def replace_record_rights(preview: Preview, given: object) -> None:
    """Replace who may do what with which records.

    Raises InvalidInputError, the errors of the query language and those of unknown users.
    """
    rights = read_shape(RECORD_SHAPE, given, "rights")
    form = preview_form(preview)
    for index, right in enumerate(rights):
        check_condition(preview, right["filterCond"], f"rights[{index}].filterCond", form)
        check_entities(preview, [holder["entity"] for holder in right["entities"]])
    preview.write(Part.RECORD_ACL, {"rights": rights})


def replace_field_rights(preview: Preview, given: object) -> None:
    """Replace who may see and edit which fields.

    Raises InvalidInputError, FieldNotFoundError and the errors of unknown users.
    """
    rights = read_shape(FIELD_SHAPE, given, "rights")
    properties = preview.properties()
    seen: set[str] = set()
    for index, right in enumerate(rights):
        code = right["code"]
        if code not in properties and not any(code in table.get("fields", {}) for table in properties.values()):
            raise FieldNotFoundError(code=code)
        if code in seen:
            raise InvalidInputError({f"rights[{index}].code": [FIELD_REPEATED]})
        seen.add(code)
        check_entities(preview, [holder["entity"] for holder in right["entities"]])
    preview.write(Part.FIELD_ACL, {"rights": rights})
