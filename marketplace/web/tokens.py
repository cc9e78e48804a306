"""The API tokens of the reader's municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Text
from marketplace.web.forms import FormState, filled, refused
from marketplace.workspaces import queries as workspaces
from marketplace.workspaces import tokens

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.models import ApiToken

pages = Blueprint("web_tokens", __name__)

SCOPES: dict[Permission, Text] = {
    Permission.WORKSPACES_READ: Text("ワークスペースと導入状況を読む", "Read workspaces and installations"),
    Permission.INSTALLS_WRITE: Text("テンプレートを導入する", "Install templates"),
    Permission.TEMPLATES_PUBLISH: Text("テンプレートを公開する", "Publish templates"),
    Permission.REVIEWS_WRITE: Text("評価や欲しいアプリを書く", "Write reviews and wanted apps"),
    Permission.WORKSPACES_MANAGE: Text("ワークスペースを作る・管理する", "Make and manage workspaces"),
    Permission.MEMBERS_MANAGE: Text("構成員を管理する", "Manage members"),
    Permission.TOKENS_MANAGE: Text("APIトークンを管理する", "Manage API tokens"),
}
LIFETIMES = ((30, Text("30日", "30 days")), (90, Text("90日", "90 days")), (365, Text("1年", "1 year")))
DEFAULT_LIFETIME = "90"
ANY_WORKSPACE = Text("すべてのワークスペース", "All workspaces")


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token in the list; its secret is not kept anywhere."""

    id: str
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    usable: bool


@pages.get("/tokens")
def index() -> ResponseReturnValue:
    """List the tokens."""
    return _render(filled(expires_in_days=DEFAULT_LIFETIME))


@pages.post("/tokens")
def create() -> ResponseReturnValue:
    """Issue a token and show its secret, this once."""
    data: dict[str, object] = {
        "name": request.form.get("name", ""),
        "scopes": request.form.getlist("scopes"),
        "expires_in_days": request.form.get("expires_in_days", DEFAULT_LIFETIME),
    }
    if request.form.get("workspace_id"):
        data["workspace_id"] = request.form["workspace_id"]
    with attempt() as tried:
        issued = tokens.issue_token(context(), data)
        return _render(filled(expires_in_days=DEFAULT_LIFETIME), secret=issued.secret), 201
    form = refused(tried.error, request.form)
    return _render(form), form.status


@pages.post("/tokens/<token_id>/revoke")
def revoke(token_id: str) -> ResponseReturnValue:
    """End a token."""
    tokens.revoke_token(context(), token_id)
    return redirect("/tokens", 303)


def _render(form: FormState, secret: str | None = None) -> str:
    ctx, spoken = context(), language()
    own = [(workspace.id, workspace.name) for workspace in workspaces.list_workspaces(ctx)]
    return render_template(
        "tokens/list.html",
        form=form,
        secret=secret,
        tokens=[_row(token, ctx.now()) for token in tokens.list_tokens(ctx)],
        scopes=[(scope.value, label.in_language(spoken)) for scope, label in SCOPES.items()],
        workspaces=[("", ANY_WORKSPACE.in_language(spoken)), *own],
        lifetimes=[(str(days), label.in_language(spoken)) for days, label in LIFETIMES],
    )


def _row(token: ApiToken, now: datetime) -> TokenRow:
    expired = token.expires_at is not None and token.expires_at <= now
    labels = tuple(SCOPES[Permission(scope)].in_language(language()) for scope in token.scopes)
    return TokenRow(token.id, token.name, labels, token.expires_at, not expired and token.revoked_at is None)
