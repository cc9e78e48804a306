"""Workspaces that are a kintone in a closed network: noted with their address, installed into from their own side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language, marketplace_app
from marketplace.installs import queries as installs
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.workspace_pages import ImportLink, InstalledTemplate, show_imports, show_installed
from marketplace.workspaces.models import CLOSED_NETWORK
from marketplace.workspaces.policy import require_workspace_maker
from marketplace.workspaces.services import create_workspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.kernel.context import Context
    from marketplace.workspaces.models import Workspace

pages = Blueprint("web_closed_networks", __name__)
FIELDS = ("name", "address", "guest_space")


@dataclass(frozen=True, slots=True)
class ClosedNetworkPage:
    """Everything the page shows."""

    id: str
    name: str
    created_at: datetime
    address: str
    guest_space: str | None
    installed: tuple[InstalledTemplate, ...]
    running: tuple[ImportLink, ...]
    finished: tuple[ImportLink, ...]


@pages.get("/workspaces/closed-network")
def new() -> ResponseReturnValue:
    """Ask where it is."""
    require_workspace_maker(context().actor)
    return _render_new(filled())


@pages.post("/workspaces/closed-network")
def create() -> ResponseReturnValue:
    """Note it."""
    with attempt() as tried:
        given: dict[str, object] = {name: request.form.get(name, "") for name in FIELDS}
        made = create_workspace(context(), {"kind": CLOSED_NETWORK, **given})
        return redirect(f"/workspaces/{made.workspace.id}", 303)
    form = refused(tried.error, request.form)
    return _render_new(form), form.status


def render_closed_network(ctx: Context, workspace: Workspace) -> str:
    """Return the page of such a workspace."""
    spoken = language()
    imports = installs.list_imports(ctx, workspace.id)
    page = ClosedNetworkPage(
        id=workspace.id,
        name=workspace.name,
        created_at=workspace.created_at,
        address=workspace.address or "",
        guest_space=workspace.guest_space,
        installed=show_installed(workspace, installs.list_installations(ctx, workspace.id), {}, spoken),
        running=show_imports(imports, spoken, under_way=True),
        finished=show_imports(imports, spoken, under_way=False),
    )
    return render_template("closed_networks/show.html", page=page)


def _render_new(form: FormState) -> str:
    suffixes = marketplace_app().ports.domains.suffixes
    return render_template("closed_networks/new.html", form=form, suffixes=suffixes)
