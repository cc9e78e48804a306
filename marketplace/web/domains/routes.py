"""Connecting a kintone domain, changing how it is reached, and trying whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, marketplace_app
from marketplace.installs.reconnecting import replace_credentials as replace
from marketplace.kernel.actor import Permission
from marketplace.web.forms import FormState, filled, refused
from marketplace.workspaces import services as workspaces
from marketplace.workspaces.domains import services
from marketplace.workspaces.domains.checking import check_connection
from marketplace.workspaces.models import KINTONE
from marketplace.workspaces.policy import require_workspace_maker
from marketplace.workspaces.queries import get_connection

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.domains.models import Connection

pages = Blueprint("web_domains", __name__)
NEW = ("name", "address", "guest_space", "login", "password", "gate_user", "gate_password")
CONNECTION = ("address", "guest_space", "password", "gate_password")
CREDENTIALS = ("login", "password", "gate_user", "gate_password")


@pages.get("/workspaces/connect")
def new() -> ResponseReturnValue:
    """Ask for what connects a kintone domain."""
    require_workspace_maker(context().actor)
    return _render_new(filled())


@pages.post("/workspaces/connect")
def create() -> ResponseReturnValue:
    """Connect it."""
    with attempt() as tried:
        made = workspaces.create_workspace(context(), {"kind": KINTONE, **_given(NEW)})
        return redirect(f"/workspaces/{made.workspace.id}", 303)
    form = refused(tried.error, request.form)
    return _render_new(form), form.status


@pages.get("/workspaces/<workspace_id>/connection")
def edit_connection(workspace_id: str) -> ResponseReturnValue:
    """Show where the kintone is, to be changed."""
    connection = _managed(workspace_id)
    form = filled(address=connection.address, guest_space=connection.guest_space or "")
    return render_template("domains/connection.html", form=form, connection=connection)


@pages.post("/workspaces/<workspace_id>/connection")
def change_connection(workspace_id: str) -> ResponseReturnValue:
    """Lead the workspace elsewhere."""
    connection = _managed(workspace_id)
    with attempt() as tried:
        services.change_connection(context(), workspace_id, _given(CONNECTION))
        return redirect(f"/workspaces/{workspace_id}", 303)
    form = refused(tried.error, request.form)
    return render_template("domains/connection.html", form=form, connection=connection), form.status


@pages.get("/workspaces/<workspace_id>/credentials")
def edit_credentials(workspace_id: str) -> ResponseReturnValue:
    """Ask for a new account or new passwords."""
    connection = _managed(workspace_id)
    form = filled(login=connection.login, gate_user=connection.gate_user or "")
    return render_template("domains/credentials.html", form=form, connection=connection)


@pages.post("/workspaces/<workspace_id>/credentials")
def replace_credentials(workspace_id: str) -> ResponseReturnValue:
    """Replace them; imports that waited for them go on."""
    connection = _managed(workspace_id)
    with attempt() as tried:
        replace(context(), workspace_id, _given(CREDENTIALS))
        return redirect(f"/workspaces/{workspace_id}", 303)
    form = refused(tried.error, request.form)
    return render_template("domains/credentials.html", form=form, connection=connection), form.status


@pages.post("/workspaces/<workspace_id>/check")
def check(workspace_id: str) -> ResponseReturnValue:
    """Try the connection; its page then shows what came of it."""
    check_connection(context(), workspace_id)
    return redirect(f"/workspaces/{workspace_id}#check", 303)


def _managed(workspace_id: str) -> Connection:
    return get_connection(context(), workspace_id, Permission.WORKSPACES_MANAGE)


def _given(names: tuple[str, ...]) -> dict[str, object]:
    return {name: request.form.get(name, "") for name in names}


def _render_new(form: FormState) -> str:
    suffixes = marketplace_app().ports.domains.suffixes
    return render_template("domains/new.html", form=form, suffixes=suffixes)
