"""Sites and the users who may call them."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.ids import hash_secret
from marketplace.kernel.limits import STANDARD, SiteLimits
from marketplace.sandbox.caller import EVERYONE, Caller
from marketplace.sandbox.errors import SiteNotFoundError
from marketplace.sandbox.models import Principal, PrincipalKind, Site, SiteUser
from marketplace.sandbox.people.standing import caller_of
from marketplace.sandbox.quotas import services as quotas

ADMINISTRATOR = "Administrator"
"""The user that API tokens and the service itself act as; it has no password."""


def create_site(
    session: Session,
    site_id: str,
    name: str,
    now: datetime,
    *,
    limits: SiteLimits = STANDARD,
    sealed: bool = False,
) -> Site:
    """Open a built-in workspace with its administrator and the group everyone; a sealed one has no REST face."""
    site = Site(
        id=site_id,
        name=name,
        language="ja",
        timezone="Asia/Tokyo",
        limits=limits.as_document(),
        sealed=sealed,
        created_at=now,
    )
    session.add(site)
    session.flush()  # the rows below refer to it
    session.add(Principal(site_id=site_id, kind=PrincipalKind.GROUP, code=EVERYONE, name="Everyone"))
    add_user(session, site_id, ADMINISTRATOR, ADMINISTRATOR, None, is_admin=True)
    return site


def add_user(
    session: Session,
    site_id: str,
    code: str,
    name: str,
    password: str | None,
    *,
    is_admin: bool = False,
) -> SiteUser:
    """Give a login to a site, or a new name, password and rank to the login of that code. Raises TooManyUsersError."""
    user = session.get(SiteUser, (site_id, code))
    if user is None:
        quotas.require_room_for_user(session, site_id)
        user = SiteUser(site_id=site_id, code=code)
    user.name = name
    user.password_hash = None if password is None else hash_secret(password)
    user.is_admin = is_admin
    session.add(user)
    session.flush()  # who signs in next must find it
    return user


def seal_site(session: Session, site_id: str) -> None:
    """Close a site's REST face to all but the service itself, and let nothing leave it any more."""
    get_site(session, site_id).sealed = True
    session.flush()  # whoever calls next must be refused


def find_site(session: Session, site_id: str) -> Site | None:
    """Return a site, or None if there is none of that id."""
    return session.get(Site, site_id)


def get_site(session: Session, site_id: str) -> Site:
    """Return a site. Raises SiteNotFoundError."""
    site = find_site(session, site_id)
    if site is None:
        raise SiteNotFoundError
    return site


def find_user(session: Session, site_id: str, code: str) -> SiteUser | None:
    """Return the user of a code, or None."""
    return session.get(SiteUser, (site_id, code))


def authenticate(session: Session, site_id: str, login: str, password: str) -> Caller | None:
    """Return the caller of a login and password, or None; takes the same time whether or not the login exists."""
    user = find_user(session, site_id, login)
    expected = user.password_hash if user is not None and user.password_hash is not None else ""
    matches = hmac.compare_digest(expected, hash_secret(password))
    if user is None or not matches or user.disabled_at is not None:
        return None
    return caller_of(session, user)


def owner(session: Session, site_id: str, user_code: str | None = None) -> Caller:
    """Return the caller that the service acts as on behalf of the workspace's owner: Administrator, or a user named.

    Raises SiteNotFoundError; a user who is not there counts as nobody named.
    """
    get_site(session, site_id)
    user = None if user_code is None else find_user(session, site_id, user_code)
    code, name = (ADMINISTRATOR, ADMINISTRATOR) if user is None else (user.code, user.name)
    return Caller(site_id=site_id, code=code, name=name, is_admin=True, acts_for_owner=True)


def next_item_id(session: Session, site_id: str) -> str:
    """Return a fresh number for a view, a report or an action."""
    site = session.get_one(Site, site_id, with_for_update=True)
    site.last_item_id += 1
    return str(site.last_item_id)
