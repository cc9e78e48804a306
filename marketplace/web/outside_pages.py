"""What somebody at the workspace's side has to do, as the page of an import tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from marketplace.installs.models import ImportMode
from marketplace.installs.offline.statement import VALID_FOR
from marketplace.web.install_pages import Outside

if TYPE_CHECKING:
    from marketplace.installs.models import Import
    from marketplace.kernel.context import Context
    from marketplace.workspaces.models import Workspace


def show_outside(ctx: Context, import_: Import, workspace: Workspace) -> Outside | None:
    """Return the command to give, ready to be copied; None where the service does the work itself."""
    if import_.mode is ImportMode.PUSH:
        return None
    service = current_app.config["PUBLIC_URL"]
    kintone = workspace.kintone_address or f"{service}/w/{workspace.id}"
    keys = ctx.ports.signer.public_keys()
    if import_.mode is ImportMode.PULL:
        command = f"yokoten pull {import_.id} --url {service} --kintone {kintone}"
    else:
        file = f"{import_.id}.yokoten"
        command = f"yokoten install-package {file} --trust yokoten-signing-keys.json --kintone {kintone}"
    return Outside(
        mode=import_.mode.value,
        command=command,
        fingerprint=keys[0].fingerprint if keys else "",
        valid_until=import_.created_at + VALID_FOR,
    )
