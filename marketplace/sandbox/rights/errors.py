"""Refusals that pages show where the API says "no privilege"."""

from __future__ import annotations

from marketplace.kernel.errors import ForbiddenError
from marketplace.kernel.text import Text


class AppRightMissingError(ForbiddenError):
    """The app's rights don't let this person do this with the app, the record or the field."""

    code = "app-right-missing"
    title = Text(
        "このアプリのアクセス権では、この操作はできません。", "The permissions of this app don't let you do this."
    )
    remedy = Text(
        "必要なときは、アプリかワークスペースの管理者に、アクセス権の見直しを相談してください。",
        "If you need it, ask whoever manages the app or the workspace to change the permissions.",
    )
