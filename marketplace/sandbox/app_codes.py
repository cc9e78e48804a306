"""The code of an app: unique within its site, and put before its record numbers."""

from __future__ import annotations

import re

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.models import App, Site

LONGEST = 64
_CODE = re.compile(rf"[A-Za-z0-9_-]{{0,{LONGEST}}}")
MALFORMED = Text(
    f"アプリコードには、半角の英数字と「-」「_」を{LONGEST}文字まで使えます。",
    f"An app code may have up to {LONGEST} letters and digits of ASCII, hyphens and underscores.",
)
TAKEN = Text("このアプリコードは、ほかのアプリで使われています。", "Another app has this app code.")


def set_app_code(session: Session, caller: Caller, app: App, code: str) -> None:
    """Give an app a code, or take it away with an empty one; record numbers show it at once.

    Raises InvalidInputError and the errors of `policy.require_app_right`.
    """
    policy.require_app_right(session, caller, app, "admin")
    if not _CODE.fullmatch(code):
        raise InvalidInputError({"code": [MALFORMED]})
    # Two apps that want the same code at once take turns.
    session.get_one(Site, app.site_id, with_for_update={"key_share": True})
    others = select(exists().where(App.site_id == app.site_id, App.code == code, App.pk != app.pk))
    if code and session.scalar(others):
        raise InvalidInputError({"code": [TAKEN]})
    app.code = code
    session.flush()  # record numbers in the same call show it
