"""What the caller may do, for pages that offer only what will be accepted; the services decide again."""

from __future__ import annotations

from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.models import App
from marketplace.sandbox.policy import require_app_right
from marketplace.web.apps.visit import Visit


def may(here: Visit, app: App, permission: str) -> bool:
    """Tell whether the caller holds a permission (view, add, edit, delete, admin) for an app."""
    try:
        require_app_right(here.ctx.session, here.caller, app, permission)
    except PlatformError:
        return False
    return True
