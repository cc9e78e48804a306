"""The spaces and plug-ins of a workspace."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from marketplace.edge.context import context, language
from marketplace.sandbox import apps
from marketplace.sandbox.plugins import queries as plugins
from marketplace.sandbox.settings.plugins import name_of
from marketplace.sandbox.spaces import queries as spaces
from marketplace.web.apps.visit import app_address
from marketplace.workspaces.people import members
from marketplace.workspaces.queries import get_builtin_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

    from marketplace.sandbox.models import App

pages = Blueprint("web_spaces", __name__)
MOST = 1000


@dataclass(frozen=True, slots=True)
class AppEntry:
    """One app in a list."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One space with the apps in it."""

    number: int
    name: str
    is_guest: bool
    is_private: bool
    apps: tuple[AppEntry, ...]


@dataclass(frozen=True, slots=True)
class PluginRow:
    """One plug-in with the apps that name it."""

    id: str
    name: str
    version: str
    apps: tuple[AppEntry, ...]


@pages.get("/workspaces/<workspace_id>/spaces")
def index(workspace_id: str) -> ResponseReturnValue:
    """List the spaces and plug-ins of a workspace with their apps, as far as the member may see them."""
    ctx = context()
    workspace = get_builtin_workspace(ctx, workspace_id)
    caller = members.member_caller(ctx, workspace)
    inside: dict[int | None, list[App]] = defaultdict(list)
    for app in apps.list_apps(ctx.session, caller, apps.AppFilter(), limit=MOST):
        inside[app.space_id].append(app)
    using = plugins.apps_by_plugin(ctx.session, caller)
    return render_template(
        "workspaces/spaces.html",
        workspace=workspace,
        spaces=[
            SpaceRow(
                space.space_id,
                space.name,
                space.is_guest,
                space.is_private,
                _entries(workspace.id, inside[space.space_id]),
            )
            for space in spaces.list_spaces(ctx.session, caller)
        ],
        plugins=[
            PluginRow(
                plugin.id,
                name_of(plugin, language().value),
                plugin.version,
                _entries(workspace.id, using.get(plugin.id, [])),
            )
            for plugin in plugins.list_plugins(ctx.session, caller, limit=MOST)
        ],
    )


def _entries(workspace_id: str, found: Iterable[App]) -> tuple[AppEntry, ...]:
    return tuple(AppEntry(app.name, app_address(workspace_id, app.app_id)) for app in found)
