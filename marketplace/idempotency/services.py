"""Reserves keys and keeps answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete

from marketplace.idempotency.errors import (
    IdempotencyConflictError,
    IdempotencyKeyInvalidError,
    IdempotencyMismatchError,
)
from marketplace.idempotency.models import KeptAnswer, State
from marketplace.kernel.actor import Actor, ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.errors import UnauthenticatedError

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255
KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it went out."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def replay(ctx: Context, key: str, request_digest: str) -> StoredAnswer | None:
    """Return the answer kept under the key, or reserve the key for this transaction and return None.

    A second request that comes while the first is still in its transaction waits for the database, fails on
    the primary key, runs again, and then meets the first one's answer. Raises IdempotencyKeyInvalidError,
    IdempotencyMismatchError, IdempotencyConflictError.
    """
    owner = _owner(ctx.actor)
    if not KEY.fullmatch(key):
        raise IdempotencyKeyInvalidError(maximum=MAX_KEY_LENGTH)
    kept = ctx.session.get(KeptAnswer, (owner, key), populate_existing=True)
    if kept is not None and kept.created_at <= ctx.now() - KEPT_FOR:
        ctx.session.delete(kept)
        ctx.session.flush()  # Frees the key for the row below.
        kept = None
    if kept is None:
        ctx.session.add(KeptAnswer(owner=owner, key=key, request_digest=request_digest, created_at=ctx.now()))
        ctx.session.flush()  # The primary key decides between two at once.
        return None
    return _answer_of(kept, request_digest)


def remember(ctx: Context, key: str, request_digest: str, answer: StoredAnswer) -> None:
    """Keep the answer under the key that `replay` reserved in this transaction."""
    kept = ctx.session.get_one(KeptAnswer, (_owner(ctx.actor), key))
    if kept.request_digest != request_digest:
        raise IdempotencyMismatchError
    kept.state = State.DONE.value
    kept.status = answer.status
    kept.headers = dict(answer.headers)
    kept.body = answer.body
    ctx.session.flush()


def forget_expired(ctx: Context) -> int:
    """Delete the answers that no longer count and return how many they were."""
    result = ctx.session.execute(
        delete(KeptAnswer).where(KeptAnswer.created_at <= ctx.now() - KEPT_FOR).returning(KeptAnswer.key)
    )
    return len(result.all())


def _answer_of(kept: KeptAnswer, request_digest: str) -> StoredAnswer:
    if kept.request_digest != request_digest:
        raise IdempotencyMismatchError
    if kept.state != State.DONE.value or kept.status is None:
        raise IdempotencyConflictError
    return StoredAnswer(kept.status, kept.headers or {}, kept.body or b"")


def _owner(actor: Actor) -> str:
    if actor.kind is ActorKind.SYSTEM:
        return "system"
    if actor.token_id is not None:
        return f"token:{actor.token_id}"
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    raise UnauthenticatedError
