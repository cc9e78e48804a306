"""Which paths reach which apps and spaces, and what private spaces keep to their members: decided only here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import NORMAL_PATH, Caller
from marketplace.sandbox.errors import GuestPathRequiredError, NoPrivilegeError
from marketplace.sandbox.models import App
from marketplace.sandbox.spaces.membership import is_member, spaces_joined
from marketplace.sandbox.spaces.models import Space


def require_app_reach(session: Session, caller: Caller, app: App) -> None:
    """Refuse an app that lies off the path of the call, or in a space closed to the caller.

    Raises GuestPathRequiredError or NoPrivilegeError.
    """
    space = find_space(session, app.site_id, app.space_id)
    require_path(caller, space)
    if space is not None and caller.token_permissions is None:
        require_seen(session, caller, space)


def require_path(caller: Caller, space: Space | None) -> None:
    """Refuse a guest space on the normal path, and all else on the path of a guest space."""
    home = space.space_id if space is not None and space.is_guest else NORMAL_PATH
    if caller.path in {None, home}:
        return
    if caller.path == NORMAL_PATH:
        raise GuestPathRequiredError
    raise NoPrivilegeError


def require_seen(session: Session, caller: Caller, space: Space) -> None:
    """Refuse a login that doesn't belong to a private space. Raises NoPrivilegeError."""
    if space.is_private and not caller.is_admin and not is_member(session, caller, space):
        raise NoPrivilegeError


def require_guest_path(session: Session, caller: Caller, space_id: int) -> None:
    """Refuse the path of a guest space that is not there, or closed to the caller. Raises NoPrivilegeError."""
    space = find_space(session, caller.site_id, space_id)
    if space is None or not space.is_guest:
        raise NoPrivilegeError
    if caller.token_permissions is None:
        require_seen(session, caller, space)


def apps_in_sight(session: Session, caller: Caller, apps: Sequence[App]) -> list[App]:
    """Return those of some apps that lie on the path of a login's call and in no space closed to it.

    The normal path lists the apps of guest spaces too, as kintone does.
    """
    on_path = [app for app in apps if caller.path in {None, NORMAL_PATH, app.space_id}]
    within = {app.space_id for app in on_path if app.space_id is not None}
    if caller.is_admin or not within:
        return on_path
    private = set(
        session.scalars(
            select(Space.space_id).where(
                Space.site_id == caller.site_id, Space.space_id.in_(within), Space.is_private.is_(True)
            )
        )
    )
    closed = private - spaces_joined(session, caller, private)
    return [app for app in on_path if app.space_id not in closed]


def share_a_room(session: Session, app: App, other: App) -> bool:
    """Tell whether two apps lie in one guest space, or both in none."""
    if app.space_id == other.space_id:
        return True
    spaces = (find_space(session, each.site_id, each.space_id) for each in (app, other))
    return not any(space is not None and space.is_guest for space in spaces)


def find_space(session: Session, site_id: str, space_id: int | None) -> Space | None:
    """Return the space of a number, or None."""
    return None if space_id is None else session.get(Space, (site_id, space_id))
