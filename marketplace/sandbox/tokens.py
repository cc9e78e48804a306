"""API tokens of single apps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.kernel.text import Text
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import ApiTokenRepeatedError, ApiTokenUnknownError, InvalidInputError
from marketplace.sandbox.models import App, AppToken
from marketplace.sandbox.sites import ADMINISTRATOR

PERMISSIONS = ("view", "add", "edit", "delete", "admin")
MOST_TOKENS = 9
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewAppToken:
    """A token with its secret, which is not kept and can't be shown again."""

    token: AppToken
    secret: str


def make_app_token(
    session: Session, app: App, permissions: Iterable[str], now: datetime, *, name: str = ""
) -> NewAppToken:
    """Make a token of an app."""
    wanted = set(permissions)
    granted = [permission for permission in PERMISSIONS if permission in wanted]
    secret = new_secret()
    token = AppToken(hash=hash_secret(secret), app_pk=app.pk, name=name, permissions=granted, created_at=now)
    session.add(token)
    session.flush()  # the next call may carry it
    return NewAppToken(token, secret)


def issue_app_token(session: Session, app: App, permissions: Iterable[str], now: datetime) -> str:
    """Make a token without a name and return its secret."""
    return make_app_token(session, app, permissions, now).secret


def note_use(session: Session, token_id: str, now: datetime) -> None:
    """Keep when a token was last used, unless somebody just did."""
    old = or_(AppToken.last_used_at.is_(None), AppToken.last_used_at <= now - USE_NOTED_EVERY)
    session.execute(update(AppToken).where(AppToken.id == token_id, old).values(last_used_at=now))


def authenticate_tokens(
    session: Session,
    site_id: str,
    secrets: list[str],
    now: datetime | None = None,
    when_stale: Callable[[str], None] | None = None,
) -> Caller:
    """Return the caller of one or several tokens; one bad token spoils them all.

    It only reads. When the last use of a token was noted over a minute ago, `when_stale` gets the token's id, for the
    door to call `note_use` in a unit of work of its own.
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
            select(App.app_id, AppToken)
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
        app_id, token = found
        if app_id in reach:
            raise ApiTokenRepeatedError
        reach[app_id] = frozenset(token.permissions)
        if now is not None and when_stale is not None and _is_stale(token, now):
            when_stale(token.id)
    return Caller(site_id=site_id, code=ADMINISTRATOR, name=ADMINISTRATOR, token_permissions=reach)


def _is_stale(token: AppToken, now: datetime) -> bool:
    return token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY
