"""Lets imports that stopped for want of the right account go on as soon as there is one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from marketplace.installs.models import Import, ImportState
from marketplace.installs.services import retry_import
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kintone.blocked import GATE
from marketplace.workspaces.domains import services as domains
from marketplace.workspaces.domains.errors import CredentialsUnreadableError
from marketplace.workspaces.domains.models import Connection

WAIT_FOR_ACCOUNT = frozenset({"CB_WA01", "CB_AU01", "CB_TW02", "http-401", GATE, CredentialsUnreadableError.code})
"""The codes of failures that other credentials help against."""


def replace_credentials(ctx: Context, workspace_id: str, data: Mapping[str, object]) -> Connection:
    """Replace the account of a kintone domain and let its waiting imports go on, if the caller may install.

    Raises what workspaces.domains.services.replace_credentials raises.
    """
    connection = domains.replace_credentials(ctx, workspace_id, data)
    if ctx.actor.may(Permission.INSTALLS_WRITE, connection.workspace.municipality_code):
        for import_id in _waiting(ctx, workspace_id):
            retry_import(ctx, import_id)
    return connection


def _waiting(ctx: Context, workspace_id: str) -> list[str]:
    """Return the imports that wait for an account: the latest of its template, each."""
    latest: dict[str, Import] = {}
    imports = select(Import).where(Import.workspace_id == workspace_id)
    for each in ctx.session.scalars(imports.order_by(Import.created_at.desc(), Import.id)):
        latest.setdefault(each.template_id, each)
    return [each.id for each in latest.values() if each.state is ImportState.FAILED and _waits(each)]


def _waits(import_: Import) -> bool:
    return import_.error is not None and import_.error.get("code") in WAIT_FOR_ACCOUNT
