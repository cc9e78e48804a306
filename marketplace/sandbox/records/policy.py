"""Who may do what with the records of an app."""

from __future__ import annotations

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import AppNotFoundError, NoPrivilegeError
from marketplace.sandbox.models import App
from marketplace.sandbox.records.errors import TokenNotAllowedError


def require(caller: Caller, app: App, permission: str) -> None:
    """Refuse a caller of another site, or a token without `view`, `add`, `edit` or `delete` for the app."""
    if caller.site_id != app.site_id or app.live_revision is None:
        raise AppNotFoundError(id=app.app_id)
    if caller.token_permissions is not None and permission not in caller.token_permissions.get(app.app_id, ()):
        raise TokenNotAllowedError


def may_manage(caller: Caller, app: App) -> bool:
    """Tell whether a caller manages the app: its creator, an administrator, or a token that says so."""
    if caller.token_permissions is not None:
        return "admin" in caller.token_permissions.get(app.app_id, ())
    return caller.is_admin or caller.code == app.creator


def require_manager(caller: Caller, app: App) -> None:
    """Refuse a caller who does not manage the app. Raises NoPrivilegeError."""
    if not may_manage(caller, app):
        raise NoPrivilegeError
