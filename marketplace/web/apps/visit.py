"""Who visits which app of which workspace: every page of an app begins here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request

from marketplace.edge.app import SAFE_METHODS
from marketplace.edge.context import context
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import AppNotFoundError, NoPrivilegeError, PlatformError, RecordNotFoundError
from marketplace.sandbox.rights.errors import AppRightMissingError
from marketplace.sandbox.settings.live_settings import LiveApp, read_live_app
from marketplace.web.apps.refusals import answer_refusal
from marketplace.web.tryout_cookie import held_tryout
from marketplace.workspaces import queries as workspaces
from marketplace.workspaces.people import members

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace

pages = Blueprint("web_apps", __name__)
"""The routes of the modules beside this one; `mounting` imports them all."""
pages.register_error_handler(PlatformError, answer_refusal)


@dataclass(frozen=True, slots=True)
class Visit:
    """A member in an app of a workspace of their municipality."""

    ctx: Context
    workspace: Workspace
    caller: Caller
    live: LiveApp

    @property
    def address(self) -> str:
        """The address of the app's pages."""
        return app_address(self.workspace.id, self.live.app.app_id)


def visit(workspace_id: str, app_id: int) -> Visit:
    """Open an app for the member who asks, or for whoever holds this try-out.

    Raises WorkspaceNotFoundError, NotBuiltInError, NotFoundError, AppRightMissingError or WorkspaceUserDisabledError.
    """
    ctx = context()
    held = held_tryout(ctx, workspace_id)
    workspace = held.workspace if held else workspaces.get_builtin_workspace(ctx, workspace_id)
    caller = held.caller if held else _member(ctx, workspace)
    with gone_is_not_found():
        live = read_live_app(ctx.session, caller, app_id)
    return Visit(ctx, workspace, caller, live)


def _member(ctx: Context, workspace: Workspace) -> Caller:
    """Return the member as a user of the workspace; only a visit that changes something makes them one."""
    reads = request.method in SAFE_METHODS
    return members.member_caller(ctx, workspace) if reads else members.enter_workspace(ctx, workspace)


@contextmanager
def gone_is_not_found() -> Iterator[None]:
    """Turn the platform's ways of saying "not there" and "not for you" into ours."""
    try:
        yield
    except (AppNotFoundError, RecordNotFoundError) as error:
        raise NotFoundError from error
    except NoPrivilegeError as error:
        raise AppRightMissingError from error


def app_address(workspace_id: str, app_id: int | str) -> str:
    """Return the address of an app's records."""
    return f"/w/{workspace_id}/k/{app_id}/"
