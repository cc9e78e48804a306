"""Rule for rights: whoever may add records can fill in what a record needs."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_tools.checking.flaws import Flaw, fields_and_columns, part_of
from marketplace.bundle.model import AppDefinition, JsonObject, PartName


def adding_flaws(app: AppDefinition) -> Iterator[Flaw]:
    """Yield required fields that somebody who may add records can't write, so that nothing they enter can be saved.

    Who has no right of their own on the app has that of everyone. Everyone may write every field that nobody above
    keeps closed (a convention), so only those named in the rights on fields are looked at.
    """
    permissions = part_of(app, PartName.PERMISSIONS)
    rights = permissions.get("app", {}).get("rights", [])
    needed = {code for code, field in fields_and_columns(app).items() if _must_be_typed(field)}
    for right in permissions.get("field", {}).get("rights", ()):
        closed = (each["entity"] for each in right["entities"] if each["accessibility"] != "WRITE")
        for entity in closed:
            if right["code"] in needed and _may_add(entity, rights):
                words = f"“{right['code']}” is required, but {entity.get('code')} may add records and can't write it"
                yield Flaw(words, app.key, "permissions")


def _must_be_typed(field: JsonObject) -> bool:
    return bool(field.get("required")) and not field.get("defaultValue") and not field.get("defaultNowValue")


def _may_add(entity: JsonObject, rights: list[JsonObject]) -> bool:
    """Tell it by the first right that is for somebody; a field for people says nothing before a record is there."""
    if entity["type"] == "FIELD_ENTITY" or not rights:
        return False
    return bool(next((each for each in rights if each["entity"] == entity), rights[-1])["recordAddable"])
