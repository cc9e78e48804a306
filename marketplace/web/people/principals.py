"""The groups and the organisations of a workspace: lists, one's page, and what managers do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.caller import EVERYONE
from marketplace.sandbox.models import PrincipalKind
from marketplace.sandbox.people import queries as people
from marketplace.sandbox.people import services as sandbox_people
from marketplace.sandbox.sites import ADMINISTRATOR
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.people.place import KIND_NAMES, KINDS, pages, place_of
from marketplace.web.people.rows import Choice, in_tree, principal_rows, tree_label
from marketplace.web.rendering import sentence, spoken
from marketplace.workspaces.people import services

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.kernel.context import Context


@pages.get("/workspaces/<workspace_id>/people/<word>")
def list_principals(workspace_id: str, word: str) -> ResponseReturnValue:
    """List the groups or the organisations."""
    return _render_list(workspace_id, word, filled())


@pages.post("/workspaces/<workspace_id>/people/<word>")
def create_principal(workspace_id: str, word: str) -> ResponseReturnValue:
    """Add a group or an organisation."""
    data = {name: request.form.get(name, "") for name in ("code", "name", "parent")}
    kind = _kind(word)
    with attempt() as tried:
        services.add_principal(context(), workspace_id, kind, data)
        return redirect(f"/workspaces/{workspace_id}/people/{word}", 303)
    form = refused(tried.error, request.form)
    return _render_list(workspace_id, word, form), form.status


@pages.get("/workspaces/<workspace_id>/people/<word>/<code>")
def show_principal(workspace_id: str, word: str, code: str) -> ResponseReturnValue:
    """Show one group or organisation."""
    return _render_one(workspace_id, word, code)


@pages.post("/workspaces/<workspace_id>/people/<word>/<code>")
def change_principal(workspace_id: str, word: str, code: str) -> ResponseReturnValue:
    """Rename a group or an organisation, and move the latter."""
    data = {name: request.form.get(name, "") for name in ("name", "parent")}
    kind = _kind(word)
    with attempt() as tried:
        services.change_principal(context(), workspace_id, kind, code, data)
        return _back(workspace_id, word, code)
    form = refused(tried.error, request.form)
    return _render_one(workspace_id, word, code, form=form), form.status


@pages.post("/workspaces/<workspace_id>/people/<word>/<code>/members")
def set_members(workspace_id: str, word: str, code: str) -> ResponseReturnValue:
    """Replace whom a group or an organisation holds."""
    services.set_members(context(), workspace_id, _kind(word), code, request.form.getlist("users"))
    return _back(workspace_id, word, code)


def _kind(word: str) -> PrincipalKind:
    kind = KINDS.get(word)
    if kind is None:
        raise NotFoundError
    return kind


def _back(workspace_id: str, word: str, code: str) -> ResponseReturnValue:
    return redirect(f"/workspaces/{workspace_id}/people/{word}/{quote(code, safe='@')}", 303)


def _render_list(workspace_id: str, word: str, form: FormState) -> str:
    ctx, kind = context(), _kind(word)
    workspace = services.managed_workspace(ctx, workspace_id)
    place = place_of(workspace, word, language())
    principals = people.list_principals(ctx.session, workspace.id, kind)
    fixed = EVERYONE if kind is PrincipalKind.GROUP else ""
    memberships = people.list_memberships(ctx.session, workspace.id)
    return render_template(
        "people/principals.html",
        place=place,
        word=word,
        title=spoken(KIND_NAMES[word]),
        is_tree=kind is PrincipalKind.ORGANIZATION,
        form=form,
        rows=principal_rows(place.address, word, principals, memberships, fixed),
        parents=_parents(ctx, workspace.id),
    )


def _render_one(workspace_id: str, word: str, code: str, *, form: FormState | None = None) -> str:
    ctx, kind = context(), _kind(word)
    workspace = services.managed_workspace(ctx, workspace_id)
    principal = sandbox_people.changeable_principal(ctx.session, workspace.id, kind, code)
    place = place_of(workspace, word, language())
    memberships = people.list_memberships(ctx.session, workspace.id)
    own = {user for kind_, code_, user in memberships if (kind_, code_) == (kind, code)}
    users = people.list_users(ctx.session, workspace.id)
    return render_template(
        "people/principal.html",
        place=place,
        principal=principal,
        base=f"{place.address}/{word}/{quote(code, safe='@')}",
        kind_name=spoken(KIND_NAMES[word]),
        list_address=f"{place.address}/{word}",
        is_tree=kind is PrincipalKind.ORGANIZATION,
        form=form or filled(name=principal.name, parent=principal.parent_code or ""),
        parents=[each for each in _parents(ctx, workspace.id) if each[0] != code],
        choices=[
            Choice(user.code, f"{user.name}（{user.code}）", user.code in own)
            for user in users
            if user.code != ADMINISTRATOR and (user.disabled_at is None or user.code in own)
        ],
    )


def _parents(ctx: Context, site_id: str) -> list[tuple[str, str]]:
    found = in_tree(people.list_principals(ctx.session, site_id, PrincipalKind.ORGANIZATION))
    return [("", sentence("なし（最上位）", "None (at the top)"))] + [
        (each.code, tree_label(each, depth)) for each, depth in found
    ]
