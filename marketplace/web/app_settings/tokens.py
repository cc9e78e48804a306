"""The API tokens of an app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.kernel.text import Text
from marketplace.web.app_settings.frame import frame_of, manage, pages, settings_address
from marketplace.web.app_settings.words import TOKEN_PERMISSIONS
from marketplace.web.forms import FormState, filled, refused
from marketplace.workspaces.app_settings import tokens

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.app_settings.access import ManagedApp


@dataclass(frozen=True, slots=True)
class AppTokenRow:
    """One token in the list; its secret is not kept anywhere."""

    id: str
    name: str
    permissions: tuple[Text, ...]
    created_at: datetime
    last_used_at: datetime | None


@pages.get("/w/<workspace_id>/k/<int:app_id>/settings/tokens")
def list_tokens(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """List the API tokens."""
    return _render(manage(workspace_id, app_id), filled(permissions="view"))


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/tokens")
def issue_token(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Issue an API token and show its secret, this once."""
    managed = manage(workspace_id, app_id)
    data = {"name": request.form.get("name", ""), "permissions": request.form.getlist("permissions")}
    with attempt() as tried:
        secret = tokens.issue_app_token(managed.ctx, workspace_id, app_id, data)
        return _render(managed, filled(permissions="view"), secret), 201
    form = refused(tried.error, request.form)
    return _render(managed, form), form.status


@pages.post("/w/<workspace_id>/k/<int:app_id>/settings/tokens/<token_id>/delete")
def delete_token(workspace_id: str, app_id: int, token_id: str) -> ResponseReturnValue:
    """Delete an API token."""
    managed = manage(workspace_id, app_id)
    tokens.delete_app_token(managed.ctx, workspace_id, app_id, token_id)
    return redirect(f"{settings_address(workspace_id, app_id)}/tokens", 303)


def _render(managed: ManagedApp, form: FormState, secret: str | None = None) -> str:
    rows = [
        AppTokenRow(
            token.id,
            token.name,
            tuple(TOKEN_PERMISSIONS[each] for each in token.permissions if each in TOKEN_PERMISSIONS),
            token.created_at,
            token.last_used_at,
        )
        for token in tokens.list_app_tokens(managed)
    ]
    return render_template(
        "app_settings/tokens.html",
        frame=frame_of(managed),
        form=form,
        secret=secret,
        tokens=rows,
        permissions=TOKEN_PERMISSIONS.items(),
        most=tokens.MOST_TOKENS,
    )
