"""Who may do what with the records of an app."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import AppNotFoundError, NoPrivilegeError
from marketplace.sandbox.models import App
from marketplace.sandbox.policy import may, require_app_right
from marketplace.sandbox.records.errors import TokenNotAllowedError


def require(session: Session, caller: Caller, app: App, permission: str) -> None:
    """Refuse a caller of another site, or without `view`, `add`, `edit` or `delete` for the app.

    Raises AppNotFoundError, TokenNotAllowedError or NoPrivilegeError.
    """
    if caller.site_id != app.site_id or app.live_revision is None:
        raise AppNotFoundError(id=app.app_id)
    if caller.token_permissions is not None and app.app_id not in caller.token_permissions:
        raise TokenNotAllowedError
    require_app_right(session, caller, app, permission)


def require_manager(session: Session, caller: Caller, app: App) -> None:
    """Refuse a caller who does not manage the app. Raises NoPrivilegeError."""
    if not may(session, caller, app, "admin"):
        raise NoPrivilegeError
