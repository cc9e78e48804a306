"""What every page of an app's settings has around it: whose app it is, and the way to the other pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request

from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.web.apps.visit import app_address
from marketplace.web.listing import Option
from marketplace.workspaces.app_settings.access import ManagedApp, open_app

pages = Blueprint("web_app_settings", __name__)
"""The routes of the modules beside this one; `mounting` imports them all."""

TABS: tuple[tuple[str, Text], ...] = (
    ("", Text("概要", "Overview")),
    ("/rights", Text("アクセス権", "Permissions")),
    ("/tokens", Text("APIトークン", "API tokens")),
    ("/webhooks", Text("Webhook", "Webhooks")),
    ("/process", Text("プロセス管理", "Process")),
    ("/notifications", Text("通知", "Notifications")),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of one page."""

    workspace_id: str
    workspace_name: str
    app_id: int
    app_name: str
    app_address: str | None
    """Where the app's records are; None while it was never put into use."""
    address: str
    tabs: tuple[Option, ...]


def manage(workspace_id: str, app_id: int) -> ManagedApp:
    """Open an app for the member who asks, if they manage it."""
    return open_app(context(), workspace_id, app_id)


def frame_of(managed: ManagedApp) -> Frame:
    """Return the surroundings of the page under way."""
    address = settings_address(managed.workspace.id, managed.app.app_id)
    here = request.path.removeprefix(address)
    in_use = managed.app.live_revision is not None
    return Frame(
        workspace_id=managed.workspace.id,
        workspace_name=managed.workspace.name,
        app_id=managed.app.app_id,
        app_name=managed.app.name,
        app_address=app_address(managed.workspace.id, managed.app.app_id) if in_use else None,
        address=address,
        tabs=tuple(
            Option(label.in_language(language()), address + path, chosen=_covers(path, here)) for path, label in TABS
        ),
    )


def _covers(path: str, here: str) -> bool:
    return here == path or (path != "" and here.startswith(f"{path}/"))


def settings_address(workspace_id: str, app_id: int | str) -> str:
    """Return the address of an app's settings."""
    return f"{app_address(workspace_id, app_id)}settings"
