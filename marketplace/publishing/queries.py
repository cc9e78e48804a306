"""Finds the drafts of the caller's municipality."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, tuple_

from marketplace.catalog.inputs import is_plain
from marketplace.catalog.places import read_place, write_place
from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page
from marketplace.publishing.errors import (
    DraftClosedError,
    DraftHeldError,
    DraftNotFoundError,
    DraftNotHeldError,
)
from marketplace.publishing.models import Draft, DraftHold, DraftState
from marketplace.publishing.policy import require_publisher

UNDECIDED = (DraftState.OPEN, DraftState.HELD)
_draft = Draft.__table__.c
_COUNT_UNDECIDED = select(func.count()).where(
    _draft.municipality_code == bindparam("municipality"), _draft.state.in_(UNDECIDED)
)
LOCK = {"of": Draft}
"""The hold that is read with a draft is nobody's to lock: most have none."""


def get_draft(ctx: Context, draft_id: str) -> Draft:
    """Return a draft of the caller's municipality. Raises DraftNotFoundError."""
    return _find(ctx, draft_id)


def _find(ctx: Context, draft_id: str, **options: Any) -> Draft:
    municipality_code = require_publisher(ctx.actor)
    draft = ctx.session.get(Draft, draft_id, **options) if is_plain(draft_id) else None
    if draft is None or draft.municipality_code != municipality_code:
        raise DraftNotFoundError
    return draft


def list_drafts(
    ctx: Context, state: DraftState | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Draft]:
    """Return the drafts of the caller's municipality, newest first. Raises CursorInvalidError."""
    size = max(1, min(limit, MAX_LIMIT))
    chosen = select(Draft).where(Draft.municipality_code == require_publisher(ctx.actor))
    if state is not None:
        chosen = chosen.where(Draft.state == state)
    if cursor is not None:
        chosen = chosen.where(tuple_(Draft.created_at, Draft.id) < read_place(cursor))
    drafts = list(ctx.session.scalars(chosen.order_by(Draft.created_at.desc(), Draft.id.desc()).limit(size + 1)))
    last = drafts[size - 1] if len(drafts) > size else None
    return Page(drafts[:size], None if last is None else write_place(last.created_at, last.id))


def count_open_drafts(ctx: Context, municipality_code: str) -> int:
    """Return how many drafts of a municipality wait for a decision, of its own or of the operator."""
    return int(read_rows(ctx.session, _COUNT_UNDECIDED, {"municipality": municipality_code}).scalar_one())


def lock_open_draft(ctx: Context, draft_id: str) -> Draft:
    """Return a draft that still waits for a decision, until the end of the transaction to this caller alone.

    Raises DraftNotFoundError, DraftHeldError or DraftClosedError.
    """
    draft = lock_undecided_draft(ctx, draft_id)
    if draft.state is DraftState.HELD:
        raise DraftHeldError
    return draft


def lock_undecided_draft(ctx: Context, draft_id: str) -> Draft:
    """Return a draft that is neither released nor discarded, in the same way.

    Raises DraftNotFoundError or DraftClosedError.
    """
    draft = _find(ctx, draft_id, with_for_update=LOCK, populate_existing=True)
    if draft.state not in UNDECIDED:
        raise DraftClosedError
    return draft


def lock_draft(ctx: Context, draft: Draft) -> Draft:
    """Return a draft as it is now, which nobody else changes until the transaction ends: two may decide at once."""
    ctx.session.flush()  # reading anew would lose what is not written yet
    ctx.session.refresh(draft, with_for_update=LOCK)
    return draft


def require_held(draft: Draft) -> DraftHold:
    """Return what a locked draft waits for. Raises DraftNotHeldError."""
    if draft.state is not DraftState.HELD or draft.hold is None:
        raise DraftNotHeldError
    return draft.hold
