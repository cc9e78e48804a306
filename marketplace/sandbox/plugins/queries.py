"""Which plug-ins a site has, which apps use them, and which apps miss one that is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.models import App, AppSettings, Part, Stage
from marketplace.sandbox.plugins.models import Plugin
from marketplace.sandbox.spaces.reach import apps_in_sight

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MissingPlugin:
    """A plug-in that apps name and the site no longer has."""

    id: str
    name: str


def list_plugins(
    session: Session, caller: Caller, ids: Sequence[str] = (), *, offset: int = 0, limit: int = 100
) -> list[Plugin]:
    """Return the plug-ins of a site, the latest first."""
    policy.require_login(caller)
    query = select(Plugin).where(Plugin.site_id == caller.site_id).order_by(Plugin.installed_at.desc(), Plugin.id)
    if ids:
        query = query.where(Plugin.id.in_(ids))
    return list(session.scalars(query.offset(offset).limit(limit)))


def list_missing(session: Session, caller: Caller, *, offset: int = 0, limit: int = 100) -> list[MissingPlugin]:
    """Return the plug-ins that apps in use name and the site no longer has, by id."""
    policy.require_login(caller)
    installed = set(session.scalars(select(Plugin.id).where(Plugin.site_id == caller.site_id)))
    named = {
        added["id"]: added["name"]
        for _, document in _additions(session, caller)
        for added in document["plugins"]
        if added["id"] not in installed
    }
    return [MissingPlugin(plugin_id, named[plugin_id]) for plugin_id in sorted(named)][offset : offset + limit]


def list_apps_with(session: Session, caller: Caller, plugin_id: str, *, offset: int = 0, limit: int = 100) -> list[App]:
    """Return the apps in use that a login may see and that name a plug-in, by number."""
    policy.require_login(caller)
    using = [
        app
        for app, document in _additions(session, caller)
        if any(added["id"] == plugin_id for added in document["plugins"])
    ]
    return _visible(session, caller, using)[offset : offset + limit]


def apps_by_plugin(session: Session, caller: Caller) -> dict[str, list[App]]:
    """Return the apps in use that a login may see and that name plug-ins, by the id of the plug-in."""
    policy.require_login(caller)
    additions = _additions(session, caller)
    visible = {app.pk for app in _visible(session, caller, [app for app, _ in additions])}
    using: dict[str, list[App]] = defaultdict(list)
    for app, document in additions:
        for added in document["plugins"]:
            if app.pk in visible:
                using[added["id"]].append(app)
    return dict(using)


def _visible(session: Session, caller: Caller, apps: Sequence[App]) -> list[App]:
    return policy.visible_apps(session, caller, apps_in_sight(session, caller, apps))


def _additions(session: Session, caller: Caller) -> list[tuple[App, Document]]:
    """Return the apps in use that have plug-ins, with the part of their settings that names them."""
    rows = session.execute(
        select(App, AppSettings.document)
        .join(AppSettings, AppSettings.app_pk == App.pk)
        .where(
            App.site_id == caller.site_id,
            App.deleted_at.is_(None),
            AppSettings.stage == Stage.LIVE,
            AppSettings.part == Part.PLUGINS,
        )
        .order_by(App.app_id)
    )
    return [(app, document) for app, document in rows]
