"""The workspaces of the reader's municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.installs import queries as installs
from marketplace.installs.leftovers import list_leftovers
from marketplace.kernel.actor import Permission
from marketplace.sandbox.apps import AppFilter, list_apps
from marketplace.sandbox.deploys.queries import failed_deploys
from marketplace.sandbox.quotas.services import read_usage
from marketplace.sandbox.sites import ADMINISTRATOR
from marketplace.web.check_offers import offer_checks
from marketplace.web.closed_networks import render_closed_network
from marketplace.web.domains.page import render_domain
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.workspace_pages import Access, Holdings, show_workspace
from marketplace.workspaces import queries, services
from marketplace.workspaces.models import CLOSED_NETWORK
from marketplace.workspaces.people import members

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.installs.queries import InstallationView
    from marketplace.kernel.context import Context
    from marketplace.sandbox.caller import Caller
    from marketplace.workspaces.services import NewWorkspace

pages = Blueprint("web_workspaces", __name__)


@pages.get("/workspaces")
def index() -> ResponseReturnValue:
    """List the workspaces."""
    return _render_list(filled())


@pages.post("/workspaces")
def create() -> ResponseReturnValue:
    """Make a workspace and show its password, this once."""
    with attempt() as tried:
        made = services.create_workspace(context(), {"name": request.form.get("name", "")})
        return _render_one(made.workspace.id, made), 201
    form = refused(tried.error, request.form)
    return _render_list(form), form.status


@pages.get("/workspaces/<workspace_id>")
def show(workspace_id: str) -> ResponseReturnValue:
    """Show what is installed in a workspace."""
    return _render_one(workspace_id)


@pages.post("/workspaces/<workspace_id>/password")
def reset_password(workspace_id: str) -> ResponseReturnValue:
    """Replace the password and show the new one, this once."""
    return _render_one(workspace_id, services.reset_password(context(), workspace_id))


def _render_list(form: FormState) -> str:
    ctx = context()
    return render_template(
        "workspaces/list.html",
        form=form,
        workspaces=queries.list_workspaces(ctx),
        may_manage=Permission.WORKSPACES_MANAGE in ctx.actor.permissions,
    )


def _render_one(workspace_id: str, secret: NewWorkspace | None = None) -> str:
    ctx = context()
    workspace = queries.get_workspace(ctx, workspace_id)
    if workspace.connection is not None:
        return render_domain(ctx, workspace)
    if workspace.kind == CLOSED_NETWORK:
        return render_closed_network(ctx, workspace)
    access = Access(
        kintone_url=f"{request.host_url}w/{workspace.id}",
        user=ADMINISTRATOR,
        may_manage=ctx.actor.may(Permission.WORKSPACES_MANAGE, workspace.municipality_code),
        may_install=ctx.actor.may(Permission.INSTALLS_WRITE, workspace.municipality_code),
        may_export=ctx.actor.may(Permission.TEMPLATES_PUBLISH, workspace.municipality_code),
        secret=secret,
    )
    installations = installs.list_installations(ctx, workspace.id)
    caller = members.member_caller(ctx, workspace)
    holdings = Holdings(
        installations=installations,
        checks=offer_checks(ctx, workspace, installations, language()),
        imports=installs.list_imports(ctx, workspace.id),
        leftovers=list_leftovers(ctx, workspace.id),
        deploys=failed_deploys(ctx.session, workspace.id),
        usage=read_usage(ctx.session, workspace.id),
        apps=list_apps(ctx.session, caller, AppFilter()),
        openable=None if caller.is_admin or access.may_manage else _openable(ctx, caller, installations),
    )
    page = show_workspace(workspace, holdings, access, language())
    return render_template("workspaces/show.html", page=page)


def _openable(ctx: Context, caller: Caller, installations: list[InstallationView]) -> frozenset[int]:
    """Return the numbers of the installed apps that the caller may open."""
    numbers = [int(app_id) for view in installations for app_id in view.installation.app_ids.values()]
    if not numbers:
        return frozenset()
    found = list_apps(ctx.session, caller, AppFilter(ids=numbers), limit=len(numbers))
    return frozenset(app.app_id for app in found)
