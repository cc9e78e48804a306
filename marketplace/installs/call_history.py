"""Reads the calls that an import made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.installs.call_words import words_of
from marketplace.installs.models import CallEntry, Import
from marketplace.installs.policy import require_watcher
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.pages import DEFAULT_LIMIT, CursorInvalidError, Page, read_cursor, write_cursor
from marketplace.kernel.text import Text

SHOWN_PER_STEP = 50
"""The page shows so many of a step; the API has all of them."""


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as people see it."""

    number: int
    position: int
    attempt: int
    method: str
    path: str
    what: Text
    app_id: str | None
    status: int | None
    code: str
    started_at: datetime
    ended_at: datetime

    @property
    def went_well(self) -> bool:
        """Tell whether the call did what it should."""
        return not self.code


def list_calls(ctx: Context, import_id: str, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[CallView]:
    """Return the calls of an import in the order in which they were made. Raises NotFoundError."""
    _require_import(ctx, import_id)
    query = select(CallEntry).where(CallEntry.import_id == import_id)
    if cursor is not None:
        (after,) = read_cursor(cursor, 1)
        if not isinstance(after, int):
            raise CursorInvalidError
        query = query.where(CallEntry.number > after)
    found = list(ctx.session.scalars(query.order_by(CallEntry.number).limit(limit + 1)))
    more = len(found) > limit
    return Page([_view(each) for each in found[:limit]], write_cursor((found[limit - 1].number,)) if more else None)


def calls_of_steps(ctx: Context, import_id: str) -> Mapping[int, tuple[CallView, ...]]:
    """Return the last calls of each step by its position. Raises NotFoundError."""
    _require_import(ctx, import_id)
    found: dict[int, list[CallView]] = {}
    query = select(CallEntry).where(CallEntry.import_id == import_id).order_by(CallEntry.number)
    for each in ctx.session.scalars(query):
        found.setdefault(each.position, []).append(_view(each))
    return {position: tuple(calls[-SHOWN_PER_STEP:]) for position, calls in found.items()}


def _require_import(ctx: Context, import_id: str) -> None:
    import_ = ctx.session.get(Import, import_id)
    if import_ is None:
        raise NotFoundError
    require_watcher(ctx.actor, municipality_code=import_.municipality_code, workspace_id=import_.workspace_id)


def _view(entry: CallEntry) -> CallView:
    return CallView(
        number=entry.number,
        position=entry.position,
        attempt=entry.attempt,
        method=entry.method,
        path=entry.path,
        what=words_of(entry.method, entry.path),
        app_id=entry.app_id,
        status=entry.status,
        code=entry.code,
        started_at=entry.started_at,
        ended_at=entry.ended_at,
    )
