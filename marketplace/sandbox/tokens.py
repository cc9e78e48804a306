"""API tokens of single apps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.kernel.text import Text
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import ApiTokenRepeatedError, ApiTokenUnknownError, InvalidInputError
from marketplace.sandbox.models import App, AppToken
from marketplace.sandbox.sites import ADMINISTRATOR

PERMISSIONS = ("view", "add", "edit", "delete", "admin")
MOST_TOKENS = 9


def issue_app_token(session: Session, app: App, permissions: Iterable[str], now: datetime) -> str:
    """Make a token of an app and return its secret, which is not kept and can't be shown again."""
    granted = [permission for permission in PERMISSIONS if permission in set(permissions)]
    secret = new_secret()
    session.add(AppToken(hash=hash_secret(secret), app_pk=app.pk, permissions=granted, created_at=now))
    session.flush()  # the next call may carry it
    return secret


def authenticate_tokens(session: Session, site_id: str, secrets: list[str]) -> Caller:
    """Return the caller of one or several tokens; one bad token spoils them all.

    Raises ApiTokenUnknownError, ApiTokenRepeatedError, or InvalidInputError for too many.
    """
    if len(secrets) > MOST_TOKENS:
        message = Text(
            f"APIトークンは{MOST_TOKENS}個まで指定できます。", f"Up to {MOST_TOKENS} API tokens can be specified."
        )
        raise InvalidInputError({"apiToken": [message]})
    reach: dict[int, frozenset[str]] = {}
    for secret in secrets:
        found = session.execute(
            select(App.app_id, AppToken.permissions)
            .join(App, App.pk == AppToken.app_pk)
            .where(
                AppToken.hash == hash_secret(secret),
                App.site_id == site_id,
                App.live_revision.is_not(None),
                App.deleted_at.is_(None),
            )
        ).one_or_none()
        if found is None:
            raise ApiTokenUnknownError
        app_id, permissions = found
        if app_id in reach:
            raise ApiTokenRepeatedError
        reach[app_id] = frozenset(permissions)
    return Caller(site_id=site_id, code=ADMINISTRATOR, name=ADMINISTRATOR, token_permissions=reach)
