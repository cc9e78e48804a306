"""Users, groups and organisations as the pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from marketplace.sandbox.models import PrincipalKind
from marketplace.sandbox.sites import ADMINISTRATOR

if TYPE_CHECKING:
    from marketplace.sandbox.models import Principal, SiteUser

Membership = tuple[PrincipalKind, str, str]
DEEPEST = 20
"""Lists set organisations in no further than this."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """One user in the list."""

    code: str
    name: str
    address: str | None
    """The page where the user is changed; None for the built-in one."""
    is_member: bool
    is_admin: bool
    is_disabled: bool
    groups: tuple[str, ...]
    organizations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrincipalRow:
    """One group or organisation in the list; `depth` counts the organisations above it."""

    code: str
    name: str
    address: str | None
    count: int | None
    """How many belong to it; None for the group of all."""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody or something that may be ticked."""

    value: str
    label: str
    chosen: bool


def user_address(base: str, code: str) -> str:
    """Return the address of one user's page."""
    return f"{base}/users/{quote(code, safe='@')}"


def user_rows(
    base: str, users: Iterable[SiteUser], principals: Iterable[Principal], memberships: Iterable[Membership]
) -> list[UserRow]:
    """Return users with the names of what they belong to."""
    names = {(each.kind, each.code): each.name for each in principals}
    belongs: dict[tuple[str, PrincipalKind], list[str]] = defaultdict(list)
    for kind, code, user_code in memberships:
        belongs[user_code, kind].append(names.get((kind, code), code))
    return [
        UserRow(
            code=user.code,
            name=user.name,
            address=None if user.code == ADMINISTRATOR else user_address(base, user.code),
            is_member=user.person_id is not None,
            is_admin=user.is_admin,
            is_disabled=user.disabled_at is not None,
            groups=tuple(belongs[user.code, PrincipalKind.GROUP]),
            organizations=tuple(belongs[user.code, PrincipalKind.ORGANIZATION]),
        )
        for user in users
    ]


def principal_rows(
    base: str, word: str, principals: Sequence[Principal], memberships: Iterable[Membership], fixed: str
) -> list[PrincipalRow]:
    """Return groups or organisations, the latter each below the one it belongs to; `fixed` can't be changed."""
    counts: dict[tuple[PrincipalKind, str], int] = defaultdict(int)
    for kind, code, _ in memberships:
        counts[kind, code] += 1
    return [
        PrincipalRow(
            code=each.code,
            name=each.name,
            address=None if each.code == fixed else f"{base}/{word}/{quote(each.code, safe='@')}",
            count=None if each.code == fixed else counts[each.kind, each.code],
            depth=depth,
        )
        for each, depth in in_tree(principals)
    ]


def in_tree(principals: Sequence[Principal]) -> list[tuple[Principal, int]]:
    """Return organisations each followed by those below it, with their depth; groups all stand at the top."""
    known = {each.code for each in principals}
    below: dict[str | None, list[Principal]] = defaultdict(list)
    for each in principals:
        below[each.parent_code if each.parent_code in known else None].append(each)
    found: list[tuple[Principal, int]] = []
    pending = [(each, 0) for each in reversed(below[None])]
    while pending:
        here, depth = pending.pop()
        found.append((here, min(depth, DEEPEST)))
        pending += [(each, depth + 1) for each in reversed(below[here.code])]
    return found


def tree_label(principal: Principal, depth: int) -> str:
    """Return an organisation's name, set in by its depth, for lists that know no other way."""
    return "　" * depth + principal.name
