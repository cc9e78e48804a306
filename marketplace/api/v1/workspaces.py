"""Workspaces of the caller's municipality, and what is installed in them."""

from __future__ import annotations

from flask import current_app
from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.domains import ConnectionOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.shapes import name_of
from marketplace.edge.context import context
from marketplace.installs.queries import get_installation, list_installations
from marketplace.kernel.text import Text
from marketplace.workspaces import queries, services
from marketplace.workspaces.inputs import WorkspaceInput
from marketplace.workspaces.models import Workspace


class WorkspaceOut(Schema):
    """A place to install templates in."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    municipality = fields.String(required=True, attribute="municipality_code")
    kintone_url = fields.Function(lambda space: kintone_url(space), required=True, metadata={"type": "string"})  # noqa: PLW0108 - defined below
    guest_space = fields.String(required=True, allow_none=True, attribute="kintone_guest_space")
    connection = fields.Nested(ConnectionOut, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class WorkspaceListOut(Schema):
    """The municipality's workspaces."""

    items = fields.List(fields.Nested(WorkspaceOut), required=True)


class NewWorkspaceOut(Schema):
    """A workspace with its login; the password of a built-in one is shown this once.

    A repeated Idempotency-Key has null there, and so has a kintone domain.
    """

    workspace = fields.Nested(WorkspaceOut, required=True)
    user = fields.String(required=True, allow_none=True)
    password = fields.String(required=True, allow_none=True)


class InstallationOut(Schema):
    """A template placed in a workspace."""

    id = fields.String(required=True, attribute="installation.id")
    workspace_id = fields.String(required=True, attribute="installation.workspace_id")
    template = fields.Function(lambda view: name_of(view.template), required=True, metadata={"type": "string"})
    version = fields.String(required=True)
    newer_version = fields.String(required=True, allow_none=True)
    app_ids = fields.Dict(keys=fields.String(), values=fields.String(), required=True, attribute="installation.app_ids")
    installed_at = fields.AwareDateTime(required=True, attribute="installation.installed_at")


class InstallationListOut(Schema):
    """What is installed."""

    items = fields.List(fields.Nested(InstallationOut), required=True)


def kintone_url(workspace: Workspace) -> str:
    """Return the address that kintone clients use for a workspace."""
    return workspace.kintone_address or f"{current_app.config['PUBLIC_URL']}/w/{workspace.id}"


@bp.get("/workspaces")
@operation(Text("ワークスペースの一覧", "List workspaces"), answer=WorkspaceListOut())
def list_workspaces() -> Result:
    return Result({"items": queries.list_workspaces(context())})


@bp.post("/workspaces")
@operation(
    Text("ワークスペースを作る", "Create a workspace"),
    body=WorkspaceInput(),
    answer=NewWorkspaceOut(),
    status=201,
    creates=True,
    shown_once="password",
    refusals=(409,),
)
def create_workspace(data: dict[str, object]) -> Result:
    made = services.create_workspace(context(), data)
    return Result(made, {"Location": f"/api/v1/workspaces/{made.workspace.id}"})


@bp.get("/workspaces/<workspace_id>")
@operation(Text("ワークスペース", "Read a workspace"), answer=WorkspaceOut())
def get_workspace(workspace_id: str) -> Result:
    return Result(queries.get_workspace(context(), workspace_id))


@bp.get("/workspaces/<workspace_id>/installations")
@operation(
    Text("ワークスペースに導入済みのテンプレート", "List a workspace's installations"), answer=InstallationListOut()
)
def list_workspace_installations(workspace_id: str) -> Result:
    return Result({"items": list_installations(context(), workspace_id)})


@bp.get("/installations/<installation_id>")
@operation(Text("導入済みのテンプレートの詳細", "Read an installation"), answer=InstallationOut())
def read_installation(installation_id: str) -> Result:
    return Result(get_installation(context(), installation_id))


@bp.get("/installations")
@operation(Text("導入済みのテンプレート", "List installations"), answer=InstallationListOut())
def list_own_installations() -> Result:
    return Result({"items": list_installations(context(), None)})
