"""Carries kintone calls to workspaces: to built-in ones inside this process, through their own HTTP interface.

Belongs to the composition root beside app.py: the one place where the client of kintone meets our own server.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, EnvironBuilder

from marketplace.bundle.model import JsonObject
from marketplace.edge.app import MarketplaceApp
from marketplace.installs.run import Connect
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.transport import Reply, Upload
from marketplace.workspaces.domains.credentials import client_of
from marketplace.workspaces.models import Workspace

OWNER_KEY = "yokoten.site_owner"
"""The WSGI environment key by which kintone_api knows the service itself; no request from outside can set it."""
STARTER_KEY = "yokoten.starter"
"""The key beside it that names the user of the workspace for whom the service acts."""
READER_KEY = "yokoten.reader"
"""The key beside it that names the user with whose own rights the service acts."""


class InProcessTransport:
    """Calls a built-in workspace as its owner, on behalf of one of its users if told so; or as one who only reads.

    The server opens a transaction of its own, so never send a call from inside one that writes.
    """

    def __init__(
        self, app: MarketplaceApp, workspace_id: str, starter: str | None = None, *, reader: str | None = None
    ) -> None:
        """Keep the application, the workspace, and the user whose doing the calls are, or whose rights they have."""
        self._client = Client(app, use_cookies=False)
        self._prefix = f"/w/{workspace_id}"
        users = {STARTER_KEY: starter, READER_KEY: reader}
        self._caller = {OWNER_KEY: "1"} | {key: code for key, code in users.items() if code is not None}

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Send a call through the application's whole WSGI stack."""
        sent: dict[str, Any] = {"query_string": dict(params or {})}
        if body is not None:
            sent["json"] = body
        if file is not None:
            part = FileStorage(io.BytesIO(file.data), filename=file.name, content_type=file.content_type)
            sent["data"] = {"file": part}
        builder = EnvironBuilder(self._prefix + path, method=method, environ_overrides=self._caller, **sent)
        try:
            response = self._client.open(builder)
        finally:
            builder.close()
        with response:
            return Reply(response.status_code, response.get_data(), dict(response.headers))


def connect_in_process(app: MarketplaceApp) -> Connect:
    """Return what installs.run.run_import connects to a built-in workspace with."""

    def connect(_session: Session, workspace_id: str, starter: str | None = None) -> KintoneClient:
        return KintoneClient(InProcessTransport(app, workspace_id, starter))

    return connect


def connect_with_rights(app: MarketplaceApp) -> Connect:
    """Return what exports.run.run_export connects with: a user of a built-in workspace reads with their own rights.

    Without a user, as for a token, the service reads as the owner; a kintone domain is read with its account.
    """

    def inside(_session: Session, workspace_id: str, reader: str | None = None) -> KintoneClient:
        return KintoneClient(InProcessTransport(app, workspace_id, reader=reader))

    return _by_kind(app, inside)


def connect_by_kind(app: MarketplaceApp) -> Connect:
    """Return the same for workspaces of every kind: a kintone domain is called over the network, with its account."""
    return _by_kind(app, connect_in_process(app))


def _by_kind(app: MarketplaceApp, inside: Connect) -> Connect:
    def connect(session: Session, workspace_id: str, user: str | None = None) -> KintoneClient:
        workspace = session.get_one(Workspace, workspace_id)
        if workspace.connection is not None:
            return client_of(app.ports, workspace.connection)
        return inside(session, workspace_id, user)

    return connect
