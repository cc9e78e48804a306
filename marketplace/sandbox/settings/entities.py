"""Users, groups, organisations and fields that settings name, checked against the site and the form."""

from __future__ import annotations

from typing import Any

from marketplace.sandbox.errors import FieldNotFoundError
from marketplace.sandbox.principals import NOT_FOUND, find_principals
from marketplace.sandbox.settings.shapes import Attribute, Flag, Given, Obj, Shape, Txt, may, need, one_of
from marketplace.sandbox.settings.store import Preview


def entity_shape(kinds: str) -> Obj:
    """Return the shape of {"type", "code"}; only CREATOR goes without a code."""
    code: Attribute = Attribute(Txt(), otherwise=None) if "CREATOR" in kinds.split() else need(Txt(shortest=1))
    return Obj({"type": need(one_of(kinds)), "code": code})


def holder_shape(kinds: str, attributes: dict[str, Attribute] | None = None) -> Obj:
    """Return the shape of an object that grants something to an entity."""
    return Obj({"entity": need(entity_shape(kinds)), "includeSubs": flag(), **(attributes or {})})


def flag(*, otherwise: bool = False) -> Attribute:
    """Return a boolean attribute with a default."""
    return may(Flag(), otherwise=otherwise)


def kept(shape: Shape) -> Attribute:
    """Return an attribute that keeps its present value when left out."""
    return Attribute(shape, Given.OMITTED)


def check_entities(preview: Preview, entities: list[dict[str, Any]]) -> None:
    """Check that everyone named exists.

    Raises UserNotFoundError, GroupNotFoundError, OrganizationNotFoundError or FieldNotFoundError.
    """
    people = [(entity["type"], entity["code"] or "") for entity in entities if entity["type"] in NOT_FOUND]
    directory = find_principals(preview.session, preview.app.site_id, people)
    for kind, code in people:
        directory.require(kind, code)
    fields = [entity["code"] for entity in entities if entity["type"] in {"FIELD_ENTITY", "CUSTOM_FIELD"}]
    known = _person_fields(preview) if fields else set()
    for code in fields:
        if code not in known:
            raise FieldNotFoundError(code=code)


def _person_fields(preview: Preview) -> set[str]:
    kinds = {"CREATOR", "MODIFIER", "STATUS_ASSIGNEE", "USER_SELECT", "GROUP_SELECT", "ORGANIZATION_SELECT"}
    properties = preview.properties()
    found = {code for code, property_ in properties.items() if property_["type"] in kinds}
    for table in properties.values():
        found |= {code for code, column in table.get("fields", {}).items() if column["type"] in kinds}
    return found
