"""Finds users, groups and organisations: for those who choose somebody, and for those who manage them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.sandbox.models import Principal, PrincipalKind, SiteUser
from marketplace.sandbox.people.crowd import read_crowd
from marketplace.sandbox.people.models import PrincipalMember

USER = "USER"
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be chosen."""

    kind: str
    code: str
    name: str


def search_people(
    session: Session,
    site_id: str,
    text: str,
    kinds: Collection[str],
    allowed_entities: Sequence[Mapping[str, Any]] = (),
    limit: int = 20,
) -> list[Found]:
    """Return active users, groups and organisations whose name or code holds a text, users first, by name.

    `kinds` are USER, GROUP, ORGANIZATION. `allowed_entities` is the `entities` of a field's settings: where it names
    anybody, only they can be chosen; for users a group or an organisation stands for those in it.
    """
    wanted = unicodedata.normalize("NFKC", text).strip()[:LONGEST_TEXT]
    if "\x00" in wanted:
        return []
    found: list[Found] = []
    if USER in kinds:
        found += _users(session, site_id, wanted, _allowed_users(session, site_id, allowed_entities), limit)
    for kind in PrincipalKind:
        if kind.value in kinds and len(found) < limit:
            allowed = _codes(allowed_entities, kind.value) if allowed_entities else None
            found += _principals(session, site_id, kind, wanted, allowed, limit=limit)
    return found[:limit]


def list_users(session: Session, site_id: str, text: str = "") -> list[SiteUser]:
    """Return the users of a site by name, disabled ones last; `text` narrows them by name or code."""
    query = select(SiteUser).where(SiteUser.site_id == site_id)
    wanted = unicodedata.normalize("NFKC", text).strip()[:LONGEST_TEXT]
    if wanted and "\x00" not in wanted:
        query = query.where(_holds(wanted, SiteUser.code, SiteUser.name))
    return list(session.scalars(query.order_by(SiteUser.disabled_at.is_not(None), SiteUser.name, SiteUser.code)))


def list_principals(session: Session, site_id: str, kind: PrincipalKind) -> list[Principal]:
    """Return the groups or the organisations of a site by name."""
    own = (Principal.site_id == site_id, Principal.kind == kind)
    return list(session.scalars(select(Principal).where(*own).order_by(Principal.name, Principal.code)))


def list_memberships(session: Session, site_id: str) -> list[tuple[PrincipalKind, str, str]]:
    """Return who belongs to what: kind and code of the group or organisation, code of the user."""
    rows = session.execute(
        select(PrincipalMember.kind, PrincipalMember.code, PrincipalMember.user_code)
        .where(PrincipalMember.site_id == site_id)
        .order_by(PrincipalMember.kind, PrincipalMember.code, PrincipalMember.user_code)
    )
    return [(kind, code, user_code) for kind, code, user_code in rows]


def _allowed_users(session: Session, site_id: str, entities: Sequence[Mapping[str, Any]]) -> set[str] | None:
    """Return the codes of the users a field offers; None if it offers all."""
    if not entities:
        return None
    allowed = _codes(entities, USER)
    groups, organizations = _codes(entities, "GROUP"), _codes(entities, "ORGANIZATION")
    if groups or organizations:
        crowd = read_crowd(session, site_id)
        for code in groups:
            allowed.update(crowd.of_group(code))
        for code in organizations:
            allowed.update(crowd.of_organization(code, include_subs=False))
    return allowed


def _codes(entities: Iterable[Mapping[str, Any]], kind: str) -> set[str]:
    return {str(each.get("code")) for each in entities if each.get("type") == kind}


def _users(session: Session, site_id: str, text: str, allowed: set[str] | None, limit: int) -> list[Found]:
    query = select(SiteUser.code, SiteUser.name).where(SiteUser.site_id == site_id, SiteUser.disabled_at.is_(None))
    if allowed is not None:
        query = query.where(SiteUser.code.in_(allowed))
    if text:
        query = query.where(_holds(text, SiteUser.code, SiteUser.name))
    rows = session.execute(query.order_by(SiteUser.name, SiteUser.code).limit(limit))
    return [Found(USER, code, name) for code, name in rows]


def _principals(
    session: Session, site_id: str, kind: PrincipalKind, text: str, allowed: set[str] | None, *, limit: int
) -> list[Found]:
    query = select(Principal.code, Principal.name).where(Principal.site_id == site_id, Principal.kind == kind)
    if allowed is not None:
        query = query.where(Principal.code.in_(allowed))
    if text:
        query = query.where(_holds(text, Principal.code, Principal.name))
    rows = session.execute(query.order_by(Principal.name, Principal.code).limit(limit))
    return [Found(kind.value, code, name) for code, name in rows]


def _holds(text: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in columns))
