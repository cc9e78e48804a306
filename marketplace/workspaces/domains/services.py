"""Connects workspaces to kintone domains, and changes how; every act is in the audit log, without any secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

from marketplace.audit import services as audit
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.workspaces.domains.credentials import Credentials, seal
from marketplace.workspaces.domains.inputs import (
    ADDRESS_CHANGED,
    ConnectionInput,
    CredentialsInput,
    domain_address,
    require_whole_gate,
)
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.models import Workspace
from marketplace.workspaces.queries import get_connection


def connect(ctx: Context, workspace: Workspace, given: Mapping[str, Any]) -> Connection:
    """Give a new workspace its connection (`given`: what WorkspaceInput loaded). Raises ValidationError."""
    credentials = Credentials.of_input(given)
    connection = Connection(
        workspace=workspace,
        workspace_id=workspace.id,
        address=domain_address(given["address"], ctx.ports.domains),
        guest_space=given.get("guest_space") or None,
        login=credentials.login,
        gate_user=credentials.gate_user,
        sealed=seal(ctx.ports.vault, workspace.id, credentials),
        rotated_at=ctx.now(),
    )
    ctx.session.add(connection)
    ctx.session.flush()  # whoever asks for it next must find it
    _note(ctx, connection, "workspace.connected", name=workspace.name, **_facts(connection))
    return connection


def change_connection(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Connection:
    """Lead a workspace elsewhere (`data`: ConnectionInput); to another host, stored passwords do not go along.

    Raises ValidationError, WorkspaceNotFoundError, ForbiddenError or NotADomainError.
    """
    connection = get_connection(ctx, workspace_id, Permission.WORKSPACES_MANAGE)
    given: dict[str, Any] = ConnectionInput().load(dict(data))
    address = domain_address(given["address"], ctx.ports.domains)
    credentials = _credentials_for(connection, address, given)
    connection.address, connection.guest_space = address, given["guest_space"] or None
    if credentials is not None:
        _keep(ctx, connection, credentials)
    connection.last_check = None
    ctx.session.flush()  # whoever asks for it next must find it
    _note(ctx, connection, "workspace.connection-changed", **_facts(connection))
    return connection


def replace_credentials(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Connection:
    """Replace the account and its passwords (`data`: CredentialsInput); the old ones are forgotten.

    Raises ValidationError, WorkspaceNotFoundError, ForbiddenError or NotADomainError.
    """
    connection = get_connection(ctx, workspace_id, Permission.WORKSPACES_MANAGE)
    _keep(ctx, connection, Credentials.of_input(CredentialsInput().load(dict(data))))
    connection.last_check = None
    ctx.session.flush()  # the next call must use them
    _note(ctx, connection, "workspace.credentials-replaced", account=connection.login, gate_user=connection.gate_user)
    return connection


def _credentials_for(connection: Connection, address: str, given: Mapping[str, Any]) -> Credentials | None:
    """Return the credentials entered anew; a host that changes demands them. Raises ValidationError."""
    if not given["password"]:
        if urlsplit(address)[:2] != urlsplit(connection.address)[:2]:
            raise ValidationError({"password": [ADDRESS_CHANGED]})
        return None
    entered = {**given, "login": connection.login, "gate_user": connection.gate_user}
    require_whole_gate(entered)
    return Credentials.of_input(entered)


def _keep(ctx: Context, connection: Connection, credentials: Credentials) -> None:
    connection.login, connection.gate_user = credentials.login, credentials.gate_user
    connection.sealed = seal(ctx.ports.vault, connection.workspace_id, credentials)
    connection.rotated_at = ctx.now()


def _facts(connection: Connection) -> dict[str, object]:
    """Return what the audit log tells of a connection."""
    return {"address": connection.address, "guest_space": connection.guest_space, "account": connection.login}


def _note(ctx: Context, connection: Connection, act: str, **facts: object) -> None:
    code = connection.workspace.municipality_code
    audit.record(ctx, act, f"workspace:{connection.workspace_id}", municipality_code=code, **facts)
