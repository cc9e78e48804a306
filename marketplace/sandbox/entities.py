"""Users, groups, organisations and fields that settings name, checked against the site and the form."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.errors import FieldNotFoundError
from marketplace.sandbox.models import Principal, PrincipalKind
from marketplace.sandbox.record_errors import GroupNotFoundError, OrganizationNotFoundError, UserNotFoundError
from marketplace.sandbox.settings import Preview
from marketplace.sandbox.shapes import Attribute, Flag, Given, Obj, Shape, Txt, may, need, one_of
from marketplace.sandbox.sites import find_user


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
    for entity in entities:
        check_principal(preview.session, preview.app.site_id, entity["type"], entity["code"])
        if entity["type"] in {"FIELD_ENTITY", "CUSTOM_FIELD"} and entity["code"] not in _person_fields(preview):
            raise FieldNotFoundError(code=entity["code"])


def check_principal(session: Session, site_id: str, kind: str, code: str | None) -> None:
    """Check that a user, group or organisation exists in a site; other kinds pass."""
    if kind == "USER" and find_user(session, site_id, code or "") is None:
        raise UserNotFoundError(code=code)
    if kind == "GROUP" and session.get(Principal, (site_id, PrincipalKind.GROUP, code or "")) is None:
        raise GroupNotFoundError(code=code)
    if kind == "ORGANIZATION" and session.get(Principal, (site_id, PrincipalKind.ORGANIZATION, code or "")) is None:
        raise OrganizationNotFoundError(code=code)


def _person_fields(preview: Preview) -> set[str]:
    kinds = {"CREATOR", "MODIFIER", "STATUS_ASSIGNEE", "USER_SELECT", "GROUP_SELECT", "ORGANIZATION_SELECT"}
    properties = preview.properties()
    found = {code for code, property_ in properties.items() if property_["type"] in kinds}
    for table in properties.values():
        found |= {code for code, column in table.get("fields", {}).items() if column["type"] in kinds}
    return found
