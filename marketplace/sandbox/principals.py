"""Users, groups and organisations of a site as records name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.form import Field, FieldType, Form
from marketplace.sandbox.models import Principal, PrincipalKind, SiteUser
from marketplace.sandbox.records.content import Row
from marketplace.sandbox.records.drafts import Draft
from marketplace.sandbox.records.errors import GroupNotFoundError, OrganizationNotFoundError, UserNotFoundError

USER = "USER"
KIND_OF_TYPE = {
    FieldType.USER_SELECT: USER,
    FieldType.ORGANIZATION_SELECT: PrincipalKind.ORGANIZATION.value,
    FieldType.GROUP_SELECT: PrincipalKind.GROUP.value,
}
NOT_FOUND: dict[str, type[PlatformError]] = {
    USER: UserNotFoundError,
    PrincipalKind.ORGANIZATION.value: OrganizationNotFoundError,
    PrincipalKind.GROUP.value: GroupNotFoundError,
}


@dataclass(frozen=True, slots=True)
class Directory:
    """The names of those who were asked for, by kind and code."""

    names: Mapping[tuple[str, str], str]

    def knows(self, kind: str, code: str) -> bool:
        """Tell whether the site has them."""
        return (kind, code) in self.names

    def shown(self, kind: str, code: str) -> dict[str, str]:
        """Return them as answers show them; those who are gone keep their code for a name."""
        return {"code": code, "name": self.names.get((kind, code), code)}

    def require(self, kind: str, code: str) -> None:
        """Refuse a code the site does not know."""
        if not self.knows(kind, code):
            raise NOT_FOUND[kind](code=code)


def find_principals(session: Session, site_id: str, wanted: Iterable[tuple[str, str]]) -> Directory:
    """Look up users, groups and organisations: one query for users, one for the others, none for nobody."""
    asked = set(wanted)
    users = {code for kind, code in asked if kind == USER}
    others = {code for kind, code in asked if kind != USER}
    names: dict[tuple[str, str], str] = {}
    if users:
        rows = session.execute(
            select(SiteUser.code, SiteUser.name).where(SiteUser.site_id == site_id, SiteUser.code.in_(users))
        )
        names.update({(USER, code): name for code, name in rows})
    if others:
        found = session.execute(
            select(Principal.kind, Principal.code, Principal.name).where(
                Principal.site_id == site_id, Principal.code.in_(others)
            )
        )
        names.update({(kind.value, code): name for kind, code, name in found})
    return Directory(names)


def search_principals(session: Session, site_id: str, kind: str, text: str, limit: int) -> list[tuple[str, str]]:
    """Return code and name of the active users, groups or organisations whose code or name holds a text, by name."""
    table = SiteUser if kind == USER else Principal
    query = select(table.code, table.name).where(table.site_id == site_id)
    if kind == USER:
        query = query.where(SiteUser.disabled_at.is_(None))
    else:
        query = query.where(Principal.kind == PrincipalKind(kind))
    if text:
        wanted = text.lower()
        query = query.where(
            or_(
                func.lower(table.name).contains(wanted, autoescape=True),
                func.lower(table.code).contains(wanted, autoescape=True),
            )
        )
    return [(code, name) for code, name in session.execute(query.order_by(table.name, table.code).limit(limit))]


def check_principals(session: Session, form: Form, drafts: Sequence[Draft]) -> None:
    """Refuse codes that were sent and are unknown; drop unknown ones that only a default named."""
    fields = [each for each in form.every_field() if each.type in KIND_OF_TYPE]
    places = [
        (draft, each, row, value)
        for draft in drafts
        for each in fields
        for row, value in draft.content.cells_of(form, each)
        if isinstance(value, list) and value
    ]
    if not places:
        return
    wanted = ((KIND_OF_TYPE[each.type], code) for _, each, _, value in places for code in value)
    directory = find_principals(session, form.site_id, wanted)
    for draft, each, row, value in places:
        _check(draft, (each, row), value, directory)


def _check(draft: Draft, place: tuple[Field, Row | None], codes: list[str], directory: Directory) -> None:
    field, row = place
    kind = KIND_OF_TYPE[field.type]
    if draft.was_sent(field, row):
        for code in codes:
            directory.require(kind, code)
    elif draft.is_new:
        draft.content.put(field, row, [code for code in codes if directory.knows(kind, code)])
