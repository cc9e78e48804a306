"""Apps of a site: creating, finding, listing, and opening them for a change of settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import AppNotFoundError, DeployRunningError
from marketplace.sandbox.models import App, DeployStatus, Part, Site, Stage
from marketplace.sandbox.quotas import services as quotas
from marketplace.sandbox.settings.shapes import Txt, read_shape
from marketplace.sandbox.settings.standard_fields import standard_properties
from marketplace.sandbox.settings.store import INITIAL, Preview, require_revision, write_part
from marketplace.sandbox.spaces.placing import place_new_app
from marketplace.sandbox.spaces.reach import apps_in_sight, require_app_reach, share_a_room

NAME = Txt(longest=64, shortest=1)
MAX_APP_ID = 2**31 - 1
"""The database counts apps and spaces in 32 bits."""


def create_app(
    session: Session, caller: Caller, name: str, space: int | None, thread: int | None, now: datetime
) -> App:
    """Add an app that is in preparation until its first deploy.

    Raises what `place_new_app` raises, and TooManyAppsError.
    """
    policy.require_login(caller)
    read_shape(NAME, name, "name")
    space_id, thread_id = place_new_app(session, caller, space, thread)
    site = session.get_one(Site, caller.site_id, with_for_update=True)
    quotas.require_room_for_app(session, site)
    site.last_app_id += 1
    app = App(
        site_id=site.id,
        app_id=site.last_app_id,
        code="",
        name=name,
        space_id=space_id,
        thread_id=thread_id,
        preview_revision=1,
        last_field_id=0,
        last_record_id=0,
        last_row_id=0,
        record_count=0,
        created_at=now,
        creator=caller.code,
        modified_at=now,
        modifier=caller.code,
    )
    session.add(app)
    session.flush()  # the settings below need its key
    properties = standard_properties(site.language)
    for property_ in properties.values():
        app.last_field_id += 1
        property_["$id"] = app.last_field_id
    write_part(session, app, Part.SETTINGS, {**INITIAL[Part.SETTINGS], "name": name})
    write_part(session, app, Part.FIELDS, {"properties": properties})
    return app


def get_app(session: Session, caller: Caller, app_id: int) -> App:
    """Return an app of the caller's site, also one in preparation; every call that names an app finds it here.

    Raises AppNotFoundError, GuestPathRequiredError or NoPrivilegeError.
    """
    app = find_app(session, caller.site_id, app_id)
    if app is None:
        raise AppNotFoundError(id=app_id)
    require_app_reach(session, caller, app)
    return app


def get_live_app(session: Session, caller: Caller, app_id: int) -> App:
    """Return an app of the caller's site that is in use. Raises AppNotFoundError."""
    app = get_app(session, caller, app_id)
    if app.live_revision is None:
        raise AppNotFoundError(id=app_id)
    return app


def find_app(session: Session, site_id: str, app_id: int) -> App | None:
    """Return the app of a number, or None."""
    if app_id > MAX_APP_ID:
        return None
    return session.scalar(select(App).where(App.site_id == site_id, App.app_id == app_id, App.deleted_at.is_(None)))


def find_app_named(session: Session, site_id: str, name: str) -> App | None:
    """Return the latest app of exactly that name, also one in preparation, or None."""
    named = select(App).where(App.site_id == site_id, App.name == name, App.deleted_at.is_(None))
    return session.scalars(named.order_by(App.app_id.desc()).limit(1)).first()


def find_linked_app(session: Session, app: App, app_id: int) -> App | None:
    """Return the app that another refers to, or None; nothing refers into or out of a guest space."""
    other = find_app(session, app.site_id, app_id)
    return other if other is not None and share_a_room(session, app, other) else None


def get_app_at(session: Session, caller: Caller, app_id: int, stage: Stage, permission: str) -> App:
    """Return an app whose settings or records the caller may reach at a stage.

    Raises what `get_app` raises, AppNotFoundError also for the live stage of an app that was never deployed,
    and the errors of `policy.require_app_right`.
    """
    app = get_app(session, caller, app_id) if stage is Stage.PREVIEW else get_live_app(session, caller, app_id)
    policy.require_app_right(session, caller, app, permission)
    return app


def open_preview(session: Session, caller: Caller, app_id: int, revision: int | None, now: datetime) -> Preview:
    """Lock an app and return its preview settings for a change.

    Raises what `get_app` raises, DeployRunningError, SettingsRevisionError and the errors of
    `policy.require_app_right`.
    """
    app = get_app(session, caller, app_id)
    lock_app(session, app)
    policy.require_app_right(session, caller, app, "admin")
    if app.deploy_status is DeployStatus.PROCESSING:
        raise DeployRunningError
    require_revision(app, revision)
    return Preview(session=session, caller=caller, app=app, now=now)


def lock_app(session: Session, app: App) -> None:
    """Hold off everybody else who changes the settings or the records of an app until the transaction ends."""
    session.refresh(app, with_for_update=True)


def delete_app(session: Session, caller: Caller, app: App, now: datetime) -> None:
    """Delete an app: nobody finds it any more, and with its records it is erased some time later.

    Raises the errors of `policy.require_app_right`.
    """
    lock_app(session, app)
    policy.require_app_right(session, caller, app, "admin")
    app.deleted_at, app.code = now, ""
    session.flush()  # the next call must not find it


@dataclass(frozen=True, slots=True)
class AppFilter:
    """Which apps a list asks for; empty sequences and None ask for all."""

    ids: Sequence[int] = ()
    codes: Sequence[str] = ()
    name: str | None = None
    space_ids: Sequence[int] = ()


def list_apps(session: Session, caller: Caller, wanted: AppFilter, *, offset: int = 0, limit: int = 100) -> list[App]:
    """Return the deployed apps that the caller may see, by number; on the path of a guest space those in it."""
    policy.require_login(caller)
    query = (
        select(App)
        .where(App.site_id == caller.site_id, App.live_revision.is_not(None), App.deleted_at.is_(None))
        .order_by(App.app_id)
    )
    if wanted.ids:
        query = query.where(App.app_id.in_([app_id for app_id in wanted.ids if app_id <= MAX_APP_ID]))
    if wanted.codes:
        query = query.where(App.code.in_(wanted.codes))
    if wanted.space_ids:
        query = query.where(App.space_id.in_([space_id for space_id in wanted.space_ids if space_id <= MAX_APP_ID]))
    if wanted.name:
        query = query.where(func.lower(App.name).contains(wanted.name.lower(), autoescape=True))
    in_sight = apps_in_sight(session, caller, session.scalars(query).all())
    visible = policy.visible_apps(session, caller, in_sight)
    return visible[offset : offset + limit]
