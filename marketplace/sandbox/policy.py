"""Who may do what with an app, by the app's permissions in use or by the token the call came with."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import ApiTokenUnknownError, NoPrivilegeError
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.records.errors import TokenNotAllowedError
from marketplace.sandbox.rights.holders import in_priority, read_holder
from marketplace.sandbox.settings.store import Document, read_part, read_part_of_each

RIGHT_OF_PERMISSION = {
    "view": "recordViewable",
    "add": "recordAddable",
    "edit": "recordEditable",
    "delete": "recordDeletable",
    "admin": "appEditable",
    "import": "recordImportable",
    "export": "recordExportable",
}
"""What somebody does with an app, and the key of the app's rights that says so; the first five are a token's too."""

ALSO_NEEDS = {"edit": "view", "delete": "view", "export": "view", "import": "add"}
"""What is of no use without another right; kintone's screens grant both at once."""


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
    """Refuse a caller who lacks a permission (a key of RIGHT_OF_PERMISSION) for an app.

    Raises ApiTokenUnknownError, TokenNotAllowedError or NoPrivilegeError.
    """
    if caller.token_permissions is not None:
        _require_token(caller.token_permissions, app, permission)
    elif not may(session, caller, app, permission):
        raise NoPrivilegeError


def may(session: Session, caller: Caller, app: App, permission: str) -> bool:
    """Tell whether a caller has a permission for an app; an administrator of the site has all of them."""
    if caller.token_permissions is not None:
        return permission in caller.token_permissions.get(app.app_id, ())
    if caller.is_admin or caller.acts_for_owner:
        return True
    stage = Stage.PREVIEW if app.live_revision is None else Stage.LIVE
    return _grants(read_part(session, app, stage, Part.APP_ACL), caller, app, permission)


def visible_apps(session: Session, caller: Caller, apps: Sequence[App]) -> list[App]:
    """Return those of some deployed apps that show up in the lists of a login."""
    if caller.is_admin or caller.acts_for_owner:
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


def _grants(document: Document, caller: Caller, app: App, permission: str) -> bool:
    """Tell what the first right that applies to the caller says; everyone's comes last."""
    rights = in_priority((read_holder(right), right) for right in document["rights"])
    applying = next((right for holder, right in rights if holder.holds(caller, app.creator)), None)
    needed = {permission, ALSO_NEEDS.get(permission, permission)}
    return applying is not None and all(applying[RIGHT_OF_PERMISSION[each]] for each in needed)
