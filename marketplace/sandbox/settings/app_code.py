"""The code of an app: stands before its record numbers, and finds it in lists."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox.apps import get_app
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import App, Site
from marketplace.sandbox.policy import require_app_right, require_login
from marketplace.sandbox.settings.shape_messages import too_long

LONGEST_CODE = 64
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]*")
MALFORMED = Text(
    "アプリコードには、半角の英数字、「-」、「_」を使用できます。",
    "App codes may hold half-width letters, digits, “-” and “_”.",
)
TAKEN = Text("このアプリコードは、ほかのアプリで使用されています。", "The app code is already used by another app.")


def set_app_code(session: Session, caller: Caller, app_id: int, code: str) -> App:
    """Give an app a code that no other app of the site has, or none; it counts at once.

    Raises InvalidInputError under the key `code`, what `get_app` raises, and NoPrivilegeError.
    """
    require_login(caller)
    app = get_app(session, caller, app_id)
    require_app_right(session, caller, app, "admin")
    if len(code) > LONGEST_CODE:
        raise InvalidInputError({"code": [too_long(LONGEST_CODE)]})
    if not WELL_FORMED.fullmatch(code):
        raise InvalidInputError({"code": [MALFORMED]})
    session.get_one(Site, app.site_id, with_for_update=True)  # two apps can't take one code at once
    if code and _is_taken(session, app, code):
        raise InvalidInputError({"code": [TAKEN]})
    app.code = code
    session.flush()  # the next call goes by the row
    return app


def _is_taken(session: Session, app: App, code: str) -> bool:
    other = select(App.pk).where(App.site_id == app.site_id, App.code == code, App.pk != app.pk).limit(1)
    return session.scalar(other) is not None
