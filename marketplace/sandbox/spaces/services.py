"""Spaces: making, finding, changing and deleting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import nh3
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import NoPrivilegeError
from marketplace.sandbox.models import App, Site
from marketplace.sandbox.spaces.errors import SpaceNotFoundError, SpaceTemplateNotFoundError
from marketplace.sandbox.spaces.membership import is_space_admin
from marketplace.sandbox.spaces.models import AppCreators, Space, Thread
from marketplace.sandbox.spaces.reach import find_space, require_path, require_seen

MAX_SPACE_ID = 2**31 - 1
"""The database counts spaces and threads in 32 bits."""
EMPTY_TEMPLATE = 1
"""The template every workspace offers: a space with nothing in it."""
PANELS = ("showAnnouncement", "showThreadList", "showAppList", "showMemberList", "showRelatedLinkList")


@dataclass(frozen=True, slots=True)
class NewSpace:
    """What a space made of a template gets."""

    name: str
    is_private: bool
    is_guest: bool
    fixed_member: bool


def create_space(session: Session, caller: Caller, template_id: int, new: NewSpace, now: datetime) -> Space:
    """Make a space with its first thread; its members come next. Raises SpaceTemplateNotFoundError."""
    policy.require_login(caller)
    if template_id != EMPTY_TEMPLATE:
        raise SpaceTemplateNotFoundError(id=template_id)
    site = session.get_one(Site, caller.site_id, with_for_update=True)
    site.last_space_id += 1
    site.last_thread_id += 1
    space = Space(
        site_id=site.id,
        space_id=site.last_space_id,
        name=new.name,
        body="",
        is_guest=new.is_guest,
        is_private=new.is_private or new.is_guest,
        fixed_member=new.fixed_member,
        use_multi_thread=False,
        shown={},
        app_creators=AppCreators.EVERYONE,
        default_thread=site.last_thread_id,
        created_at=now,
        creator=caller.code,
        modified_at=now,
        modifier=caller.code,
    )
    session.add(space)
    session.flush()  # its thread and its members refer to it
    session.add(
        Thread(
            site_id=site.id,
            thread_id=site.last_thread_id,
            space_id=space.space_id,
            name=new.name,
            body="",
            created_at=now,
            creator=caller.code,
        )
    )
    return space


def get_space(session: Session, caller: Caller, space_id: int) -> Space:
    """Return a space that a login may see on the path it called.

    Raises TokenNotAllowedError, SpaceNotFoundError, GuestPathRequiredError or NoPrivilegeError.
    """
    policy.require_login(caller)
    space = find_space(session, caller.site_id, space_id) if space_id <= MAX_SPACE_ID else None
    if space is None:
        raise SpaceNotFoundError(id=space_id)
    require_path(caller, space)
    require_seen(session, caller, space)
    return space


def get_managed_space(session: Session, caller: Caller, space_id: int) -> Space:
    """Return a space that a login manages, locked. Raises as `get_space` does."""
    space = get_space(session, caller, space_id)
    if not manages(session, caller, space):
        raise NoPrivilegeError
    session.refresh(space, with_for_update=True)
    return space


def manages(session: Session, caller: Caller, space: Space) -> bool:
    """Tell whether a login may change a space: its administrators may, and those of the site."""
    return caller.is_admin or is_space_admin(session, caller, space)


def change_space(session: Session, caller: Caller, space_id: int, given: dict[str, Any], now: datetime) -> None:
    """Change the settings given; several threads can't be made one again, and guest spaces stay private."""
    space = get_managed_space(session, caller, space_id)
    space.name = given.get("name", space.name)
    space.is_private = given.get("isPrivate", space.is_private) or space.is_guest
    space.fixed_member = given.get("fixedMember", space.fixed_member)
    space.use_multi_thread = space.use_multi_thread or given.get("useMultiThread", False)
    space.shown = {**space.shown, **{panel: given[panel] for panel in PANELS if panel in given}}
    creators = given.get("permissions", {}).get("createApp")
    space.app_creators = AppCreators(creators) if creators else space.app_creators
    _stamp(space, caller, now)


def change_body(session: Session, caller: Caller, space_id: int, body: str, now: datetime) -> None:
    """Replace the announcement of a space."""
    space = get_managed_space(session, caller, space_id)
    space.body = harmless(body)
    _stamp(space, caller, now)


def delete_space(session: Session, caller: Caller, space_id: int, now: datetime) -> None:
    """Delete a space; its apps go with it."""
    space = get_managed_space(session, caller, space_id)
    session.execute(
        update(App)
        .where(App.site_id == space.site_id, App.space_id == space.space_id)
        .values(deleted_at=now, code="")
        .execution_options(synchronize_session="fetch")
    )
    session.delete(space)
    session.flush()  # the next call must not find it


def harmless(html: str) -> str:
    """Return HTML without what could run or look like the service itself."""
    return nh3.clean(html, link_rel="noopener noreferrer", url_schemes={"http", "https", "mailto", "tel"})


def _stamp(space: Space, caller: Caller, now: datetime) -> None:
    space.modified_at = now
    space.modifier = caller.code
