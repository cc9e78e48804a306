"""Makes, reads and deletes cursors.

Which records a cursor yields, and in which order, is settled when it is made; their values are those of the moment
each page is fetched, and records deleted meanwhile are left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.cursors.errors import NO_LIMIT_OR_OFFSET, CursorLimitError, CursorNotFoundError
from marketplace.sandbox.cursors.models import Cursor, CursorChunk
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.form import JsonObject, live_form
from marketplace.sandbox.models import App, Site
from marketplace.sandbox.query import parse_query
from marketplace.sandbox.records.policy import require
from marketplace.sandbox.records.reading import check_fields, read_records, select_numbers

MOST_CURSORS = 10
LIFE = timedelta(minutes=10)
DEFAULT_SIZE = 100
LARGEST_SIZE = 500


@dataclass(frozen=True, slots=True)
class NewCursor:
    """A cursor just made, and how many records it will yield."""

    id: str
    total: int


@dataclass(frozen=True, slots=True)
class CursorPage:
    """The next records in REST shape, and whether there are more."""

    records: list[JsonObject]
    has_next: bool


def create_cursor(  # noqa: PLR0913 - the parameters of the call
    session: Session,
    caller: Caller,
    app: App,
    *,
    query: str = "",
    fields: Sequence[str] = (),
    size: int = DEFAULT_SIZE,
    now: datetime,
) -> NewCursor:
    """Settle which records a query selects. Raises CursorLimitError, and what a list of records raises."""
    require(session, caller, app, "view")
    _require_room(session, caller.site_id, now)
    parsed = parse_query(query)
    if parsed.limit is not None or parsed.offset is not None:
        raise InvalidInputError({"query": [NO_LIMIT_OR_OFFSET]})
    form = live_form(session, app)
    check_fields(form, fields)
    everything = select_numbers(session, form, caller, parsed, now).limit(None).offset(None)
    numbers = session.scalars(everything).all()
    # Only now, so that nobody waits for the query above: those who make cursors at once are counted one by one.
    session.execute(select(Site.id).where(Site.id == caller.site_id).with_for_update())
    _require_room(session, caller.site_id, now)
    cursor = Cursor(
        id=str(uuid.uuid4()),
        site_id=caller.site_id,
        app_pk=app.pk,
        owner=caller.code,
        fields=list(fields),
        size=size,
        total=len(numbers),
        position=0,
        expires_at=now + LIFE,
    )
    session.add(cursor)
    session.flush()  # the chunks refer to it
    _write_chunks(session, cursor, numbers)
    return NewCursor(cursor.id, cursor.total)


def read_cursor(session: Session, caller: Caller, cursor_id: str, now: datetime) -> CursorPage:
    """Return the next page and prolong the cursor's life; with the last page it ends. Raises CursorNotFoundError."""
    cursor, app = _open(session, caller, cursor_id, now)
    numbers = _next_numbers(session, cursor)
    cursor.position += cursor.size
    cursor.expires_at = now + LIFE
    has_next = cursor.position < cursor.total
    page = CursorPage(read_records(session, live_form(session, app), caller, numbers, cursor.fields), has_next)
    if not has_next:
        session.delete(cursor)
    session.flush()  # the next call goes on from here
    return page


def delete_cursor(session: Session, caller: Caller, cursor_id: str, now: datetime) -> None:
    """End a cursor before its last page. Raises CursorNotFoundError."""
    cursor, _app = _open(session, caller, cursor_id, now)
    session.delete(cursor)
    session.flush()  # it counts no longer


def forget_expired(session: Session, now: datetime) -> int:
    """Delete the cursors nobody read for ten minutes and return how many they were."""
    gone = session.execute(delete(Cursor).where(Cursor.expires_at <= now).returning(Cursor.id))
    return len(gone.all())


def _open(session: Session, caller: Caller, cursor_id: str, now: datetime) -> tuple[Cursor, App]:
    """Return a cursor of the caller's own, locked, so that two who read it at once get different pages."""
    found = session.execute(
        select(Cursor, App)
        .join(App, App.pk == Cursor.app_pk)
        .where(
            Cursor.id == cursor_id,
            Cursor.site_id == caller.site_id,
            Cursor.owner == caller.code,
            Cursor.expires_at > now,
        )
        .with_for_update(of=Cursor)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise CursorNotFoundError
    cursor, app = found
    policy.require_app_right(session, caller, app, "view")
    return cursor, app


def _require_room(session: Session, site_id: str, now: datetime) -> None:
    living = select(func.count()).select_from(Cursor).where(Cursor.site_id == site_id, Cursor.expires_at > now)
    if (session.scalar(living) or 0) >= MOST_CURSORS:
        raise CursorLimitError


def _chunk_length(size: int) -> int:
    """Return how many numbers a chunk holds: a multiple of the page's size, as near to the largest page as can be."""
    return size * (LARGEST_SIZE // size)


def _write_chunks(session: Session, cursor: Cursor, numbers: Sequence[int]) -> None:
    length = _chunk_length(cursor.size)
    chunks = [
        {"cursor_id": cursor.id, "number": number, "record_ids": list(numbers[start : start + length])}
        for number, start in enumerate(range(0, len(numbers), length))
    ]
    if chunks:
        session.execute(insert(CursorChunk), chunks)


def _next_numbers(session: Session, cursor: Cursor) -> list[int]:
    number, start = divmod(cursor.position, _chunk_length(cursor.size))
    record_ids = session.scalar(
        select(CursorChunk.record_ids).where(CursorChunk.cursor_id == cursor.id, CursorChunk.number == number)
    )
    return (record_ids or [])[start : start + cursor.size]
