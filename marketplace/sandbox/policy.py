"""Who may do what with an app, by the app's permissions in use or by the token the call came with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import ApiTokenUnknownError, NoPrivilegeError
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.records.errors import TokenNotAllowedError
from marketplace.sandbox.settings.store import Document, read_part, read_part_of_each
from marketplace.sandbox.sites import EVERYONE

RIGHT_OF_PERMISSION = {
    "view": "recordViewable",
    "add": "recordAddable",
    "edit": "recordEditable",
    "delete": "recordDeletable",
    "admin": "appEditable",
}
"""A token's permission, and the key of the app's permissions that says the same of a user."""


def require_login(caller: Caller) -> None:
    """Refuse API tokens where kintone takes none."""
    if caller.token_permissions is not None:
        raise TokenNotAllowedError


def require_site_admin(caller: Caller) -> None:
    """Refuse all but the administrators of the site. Raises TokenNotAllowedError or NoPrivilegeError."""
    require_login(caller)
    if not caller.is_admin:
        raise NoPrivilegeError


def require_app_right(session: Session, caller: Caller, app: App, permission: str) -> None:
    """Refuse a caller who lacks a permission (view, add, edit, delete, admin) for an app.

    Raises ApiTokenUnknownError, TokenNotAllowedError or NoPrivilegeError.
    """
    if caller.token_permissions is not None:
        _require_token(caller.token_permissions, app, permission)
    elif not _may(session, caller, app, permission):
        raise NoPrivilegeError


def visible_apps(session: Session, caller: Caller, apps: Sequence[App]) -> list[App]:
    """Return those of some deployed apps that show up in the lists of a login."""
    if caller.is_admin:
        return list(apps)
    documents = read_part_of_each(session, apps, Stage.LIVE, Part.APP_ACL)
    return [
        app
        for app in apps
        if any(_grants(documents[app.pk], caller, app, permission) for permission in ("view", "admin"))
    ]


def _require_token(reach: dict[int, frozenset[str]], app: App, permission: str) -> None:
    if app.app_id not in reach:
        raise ApiTokenUnknownError
    if permission not in reach[app.app_id]:
        raise TokenNotAllowedError


def _may(session: Session, caller: Caller, app: App, permission: str) -> bool:
    if caller.is_admin:
        return True
    stage = Stage.PREVIEW if app.live_revision is None else Stage.LIVE
    return _grants(read_part(session, app, stage, Part.APP_ACL), caller, app, permission)


def _grants(document: Document, caller: Caller, app: App, permission: str) -> bool:
    """Tell what the first right that applies to the caller says."""
    applying = next((right for right in document["rights"] if _applies(right["entity"], caller, app)), None)
    return applying is not None and bool(applying[RIGHT_OF_PERMISSION[permission]])


def _applies(entity: dict[str, Any], caller: Caller, app: App) -> bool:
    match entity["type"]:
        case "USER":
            return bool(entity["code"] == caller.code)
        case "CREATOR":
            return app.creator == caller.code
        case "GROUP":
            return bool(entity["code"] == EVERYONE)
        case _:
            return False
