"""The members of a space: reading and replacing the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.principals import USER, find_principals
from marketplace.sandbox.settings.entities import holder_shape
from marketplace.sandbox.settings.shapes import Flag, ListOf, may
from marketplace.sandbox.spaces.membership import crowd_behind, members_of, users_of
from marketplace.sandbox.spaces.models import Space, SpaceMember
from marketplace.sandbox.spaces.services import get_managed_space, get_space

MOST_MEMBERS = 1000
MEMBERS = ListOf(holder_shape("USER GROUP ORGANIZATION", {"isAdmin": may(Flag(), otherwise=False)}), most=MOST_MEMBERS)
"""The shape of the list of members that calls send."""
ADMIN_REQUIRED = Text(
    "スペースの管理者を1人以上指定してください。", "At least one space administrator must be specified."
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a space."""

    kind: str
    code: str
    is_admin: bool
    include_subs: bool
    is_implicit: bool
    """A user who is there only as one of a group or an organisation."""


def list_members(session: Session, caller: Caller, space_id: int) -> list[Member]:
    """Return the members of a space, those who belong to it through a group last."""
    space = get_space(session, caller, space_id)
    rows = members_of(session, space)
    named = {each.code for each in rows if each.kind == USER}
    everybody = users_of(rows, crowd_behind(session, space.site_id, rows))
    implied = [code for code in everybody if code not in named]
    entries = [Member(each.kind, each.code, each.is_admin, each.include_subs, is_implicit=False) for each in rows]
    return entries + [Member(USER, code, is_admin=False, include_subs=False, is_implicit=True) for code in implied]


def replace_members(
    session: Session, caller: Caller, space_id: int, given: list[dict[str, Any]], now: datetime
) -> None:
    """Replace the list of members. Raises InvalidInputError, or UserNotFoundError and the like."""
    space = get_managed_space(session, caller, space_id)
    session.execute(
        delete(SpaceMember).where(SpaceMember.site_id == space.site_id, SpaceMember.space_id == space.space_id)
    )
    enter_members(session, space, given)
    space.modified_at = now
    space.modifier = caller.code


def enter_members(session: Session, space: Space, given: list[dict[str, Any]]) -> None:
    """Enter the members of a space that has none; of two entries for one entity the last counts."""
    if not any(member["isAdmin"] for member in given):
        raise InvalidInputError({"members": [ADMIN_REQUIRED]})
    wanted = {(member["entity"]["type"], member["entity"]["code"]): member for member in given}
    directory = find_principals(session, space.site_id, wanted)
    for kind, code in wanted:
        directory.require(kind, code)
    session.add_all(
        SpaceMember(
            site_id=space.site_id,
            space_id=space.space_id,
            kind=kind,
            code=code,
            position=position,
            is_admin=member["isAdmin"],
            include_subs=member["includeSubs"],
        )
        for position, ((kind, code), member) in enumerate(wanted.items())
    )
    session.flush()  # who asks next in this call goes by the rows
