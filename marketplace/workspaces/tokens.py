"""Issues, recognises and revokes API tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.audit import services as audit
from marketplace.db.reading import ColumnsRow, read_rows
from marketplace.kernel.actor import SCOPES, Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.municipalities.models import Municipality
from marketplace.workspaces.errors import TokenLimitError, TokenNotFoundError
from marketplace.workspaces.inputs import TokenInput
from marketplace.workspaces.models import ApiToken, Workspace
from marketplace.workspaces.policy import require_scopes_held, require_token_manager
from marketplace.workspaces.queries import get_workspace

PREFIX = "yktn_"
MAX_TOKENS = 200
USE_NOTED_EVERY = timedelta(minutes=1)
_token, _workspace, _municipality = ApiToken.__table__.c, Workspace.__table__.c, Municipality.__table__.c
_VALID = (
    select(
        _token.id,
        _token.municipality_code,
        _token.workspace_id,
        _token.name,
        _token.scopes,
        _token.last_used_at,
    )
    .join_from(ApiToken.__table__, Municipality.__table__, _municipality.code == _token.municipality_code)
    .outerjoin(Workspace.__table__, _workspace.id == _token.workspace_id)
    .where(
        _token.secret_hash == bindparam("secret_hash"),
        _municipality.active,
        _workspace.closed_at.is_(None),
        _token.revoked_at.is_(None),
        _token.expires_at > bindparam("now"),
    )
)
"""Made once, since nearly every call of the API asks it."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its secret, which is shown this once and kept only as a hash."""

    token: ApiToken
    secret: str


def issue_token(ctx: Context, data: Mapping[str, object]) -> NewToken:
    """Make a token with at most the caller's own permissions, for the municipality or for one workspace.

    Raises ValidationError, ScopeNotHeldError, WorkspaceNotFoundError or TokenLimitError.
    """
    code = require_token_manager(ctx.actor)
    given: dict[str, Any] = TokenInput().load(dict(data))
    scopes = frozenset(given["scopes"])
    require_scopes_held(ctx.actor, scopes)
    if given["workspace_id"] is not None:
        get_workspace(ctx, given["workspace_id"])
    _require_room(ctx, code)
    secret = new_secret(PREFIX)
    token = ApiToken(
        municipality_code=code,
        workspace_id=given["workspace_id"],
        name=given["name"],
        secret_hash=hash_secret(secret),
        scopes=sorted(scope.value for scope in scopes),
        created_at=ctx.now(),
        expires_at=_latest_end(ctx, ctx.now() + timedelta(days=given["expires_in_days"])),
    )
    ctx.session.add(token)
    ctx.session.flush()  # The log refers to the id.
    audit.record(ctx, "token.issued", f"token:{token.id}", name=token.name, scopes=token.scopes, until=token.expires_at)
    return NewToken(token, secret)


def list_tokens(ctx: Context) -> list[ApiToken]:
    """Return the tokens of the caller's municipality, newest first, with those that no longer count."""
    code = require_token_manager(ctx.actor)
    wanted = select(ApiToken).where(ApiToken.municipality_code == code)
    return list(ctx.session.scalars(wanted.order_by(ApiToken.created_at.desc(), ApiToken.id)))


def get_own_token(ctx: Context) -> ApiToken:
    """Return the token that the caller shows. Raises TokenNotFoundError for callers without one."""
    token = ctx.session.get(ApiToken, ctx.actor.token_id) if ctx.actor.token_id else None
    if token is None:
        raise TokenNotFoundError
    return token


def revoke_token(ctx: Context, token_id: str) -> None:
    """End a token at once; revoking it twice is harmless. Raises TokenNotFoundError."""
    code = require_token_manager(ctx.actor)
    token = ctx.session.get(ApiToken, token_id) if token_id.isprintable() else None
    if token is None or token.municipality_code != code:
        raise TokenNotFoundError
    if token.revoked_at is None:
        token.revoked_at = ctx.now()
        ctx.session.flush()
        audit.record(ctx, "token.revoked", f"token:{token.id}", name=token.name)


def actor_of_token(
    session: Session,
    secret: str,
    now: datetime,
    address: str,
    when_stale: Callable[[str], None] | None = None,
) -> Actor | None:
    """Return the caller that a secret stands for, or None if it does not count.

    It only reads, since most requests do. When the last use was noted over a minute ago, `when_stale` gets the
    token's id, for the door to call `note_use` in a unit of work of its own.
    """
    token = _find_valid(session, secret, now)
    if token is None:
        return None
    if when_stale is not None and (token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY):
        when_stale(token.id)
    return Actor(
        kind=ActorKind.TOKEN,
        token_id=token.id,
        municipality_code=token.municipality_code,
        workspace_id=token.workspace_id,
        permissions=frozenset(Permission(scope) for scope in token.scopes if scope in SCOPES),
        address=address,
        name=token.name,
    )


def note_use(session: Session, token_id: str, now: datetime) -> None:
    """Keep when a token was last used, unless somebody just did."""
    old = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - USE_NOTED_EVERY)
    session.execute(update(ApiToken).where(ApiToken.id == token_id, old).values(last_used_at=now))


def _find_valid(session: Session, secret: str, now: datetime) -> ColumnsRow | None:
    """Return the token of a secret unless it, its workspace or its municipality has ended."""
    if not secret.startswith(PREFIX) or not secret.isascii():
        return None
    return read_rows(session, _VALID, {"secret_hash": hash_secret(secret), "now": now}).first()


def _valid_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)


def _latest_end(ctx: Context, wanted: datetime) -> datetime:
    """Return the end of a new token: one issued by a token does not outlive it."""
    issuer = ctx.session.get(ApiToken, ctx.actor.token_id) if ctx.actor.token_id else None
    return min(wanted, issuer.expires_at) if issuer is not None else wanted


def _require_room(ctx: Context, code: str) -> None:
    there = ctx.session.scalar(
        select(func.count()).select_from(ApiToken).where(ApiToken.municipality_code == code, *_valid_at(ctx.now()))
    )
    if (there or 0) >= MAX_TOKENS:
        raise TokenLimitError(maximum=MAX_TOKENS)
