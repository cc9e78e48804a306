"""Lists, adds and deletes the comments of a record; the REST calls and the pages both come here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.comments.errors import CommentNotFoundError, CommentOfAnotherError, CommentsDisabledError
from marketplace.sandbox.comments.inputs import NewComment
from marketplace.sandbox.comments.models import Comment
from marketplace.sandbox.errors import RecordNotFoundError
from marketplace.sandbox.models import App, Part, Record, Stage
from marketplace.sandbox.principals import USER, Directory, find_principals
from marketplace.sandbox.records.loading import load_for
from marketplace.sandbox.settings.store import read_part
from marketplace.sandbox.webhooks import events

MOST_SHOWN = 10
LARGEST_ID = 2**31 - 1
"""The database counts comments in 32 bits."""
TAIL = " "
"""kintone shows every text with one blank behind it."""


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Some comments of a record in REST shape, and whether there are older and newer ones beside them."""

    comments: list[dict[str, Any]]
    older: bool
    newer: bool


def may_comment(session: Session, app: App) -> bool:
    """Tell whether the app in use has comments switched on."""
    return bool(read_part(session, app, Stage.LIVE, Part.SETTINGS)["enableComments"])


def list_comments(  # noqa: PLR0913 - the parameters of the call
    session: Session,
    caller: Caller,
    app: App,
    record_id: int,
    *,
    newest_first: bool = True,
    offset: int = 0,
    limit: int = MOST_SHOWN,
) -> CommentPage:
    """Return some comments of a record. Raises RecordNotFoundError or CommentsDisabledError."""
    _enter(session, caller, app, record_id)
    order = Comment.comment_id.desc() if newest_first else Comment.comment_id.asc()
    condition = (Comment.app_pk == app.pk, Comment.record_id == record_id)
    rows = list(session.scalars(select(Comment).where(*condition).order_by(order).offset(offset).limit(limit + 1)))
    shown, before, behind = rows[:limit], offset > 0, len(rows) > limit
    if not shown:
        return CommentPage([], older=False, newer=False)
    directory = find_principals(session, app.site_id, ((USER, row.creator) for row in shown))
    return CommentPage(
        [_show(row, directory) for row in shown],
        older=behind if newest_first else before,
        newer=before if newest_first else behind,
    )


def add_comment(session: Session, caller: Caller, app: App, record_id: int, comment: NewComment, now: datetime) -> int:
    """Add a comment to a record and return its number; the names of those mentioned stand before the text.

    Raises RecordNotFoundError, CommentsDisabledError, or the refusal of somebody the site does not know.
    """
    _enter(session, caller, app, record_id)
    directory = find_principals(session, app.site_id, [*comment.mentions, (USER, caller.code)])
    for kind, code in comment.mentions:
        directory.require(kind, code)
    names = "".join(f"{directory.shown(kind, code)['name']} " for kind, code in comment.mentions)
    made = Comment(
        app_pk=app.pk,
        record_id=record_id,
        comment_id=_next_id(session, app, record_id),
        text=names + comment.text,
        mentions=[{"code": code, "type": kind} for kind, code in comment.mentions],
        creator=caller.code,
        created_at=now,
    )
    session.add(made)
    session.flush()  # the next call may show it
    events.comment_added(session, caller, app, record_id, _show(made, directory), now)
    return made.comment_id


def delete_comment(session: Session, caller: Caller, app: App, record_id: int, comment_id: int) -> None:
    """Delete a comment the caller wrote.

    Raises RecordNotFoundError, CommentsDisabledError, CommentNotFoundError or CommentOfAnotherError.
    """
    _enter(session, caller, app, record_id)
    found = session.get(Comment, (app.pk, record_id, comment_id)) if comment_id <= LARGEST_ID else None
    if found is None:
        raise CommentNotFoundError
    if found.creator != caller.code:
        raise CommentOfAnotherError(id=comment_id)
    session.delete(found)
    session.flush()  # the next call must not show it


def _enter(session: Session, caller: Caller, app: App, record_id: int) -> None:
    """Refuse those who may not see the record, and apps without comments."""
    load_for(session, caller, app, record_id)
    if not may_comment(session, app):
        raise CommentsDisabledError


def _next_id(session: Session, app: App, record_id: int) -> int:
    """Return a fresh number; the update makes those who comment on one record at once wait for each other."""
    number = session.scalar(
        update(Record)
        .where(Record.app_pk == app.pk, Record.record_id == record_id)
        .values(last_comment_id=Record.last_comment_id + 1)
        .returning(Record.last_comment_id)
        .execution_options(synchronize_session=False)
    )
    if number is None:  # the record was deleted a moment ago
        raise RecordNotFoundError(id=record_id)
    return number


def _show(row: Comment, directory: Directory) -> dict[str, Any]:
    return {
        "id": str(row.comment_id),
        "text": row.text + TAIL,
        "createdAt": row.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "creator": directory.shown(USER, row.creator),
        "mentions": row.mentions,
    }
