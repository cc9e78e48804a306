"""Opens an app of a workspace for a member who manages it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marketplace.audit import services as audit
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox import apps
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.settings.store import Document, read_part
from marketplace.workspaces.models import Workspace
from marketplace.workspaces.people.members import member_caller
from marketplace.workspaces.queries import get_builtin_workspace


@dataclass(frozen=True, slots=True)
class ManagedApp:
    """An app in the hands of a member who manages it; what they change bears their name, and no right limits it."""

    ctx: Context
    workspace: Workspace
    caller: Caller
    app: App

    @property
    def stage(self) -> Stage:
        """The settings that count: those in use, or of an app never put into use those in preparation."""
        return Stage.PREVIEW if self.app.live_revision is None else Stage.LIVE

    def read(self, part: Part) -> Document:
        """Return one part of the settings that count."""
        return read_part(self.ctx.session, self.app, self.stage, part)

    def log(self, act: str, subject: str, **facts: object) -> None:
        """Note an act in the audit log, with the app and the municipality."""
        audit.record(
            self.ctx,
            act,
            subject,
            municipality_code=self.workspace.municipality_code,
            workspace=self.workspace.id,
            app=self.app.app_id,
            **facts,
        )


def open_app(ctx: Context, workspace_id: str, app_id: int) -> ManagedApp:
    """Return an app of a workspace that the caller manages.

    Raises WorkspaceNotFoundError, ForbiddenError or NotFoundError.
    """
    workspace = get_builtin_workspace(ctx, workspace_id, Permission.WORKSPACES_MANAGE)
    app = apps.find_app(ctx.session, workspace.id, app_id)
    if app is None:
        raise NotFoundError
    return ManagedApp(ctx, workspace, replace(member_caller(ctx, workspace), acts_for_owner=True), app)
