"""The threads of spaces and their comments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError, NoPrivilegeError
from marketplace.sandbox.files import attach_files
from marketplace.sandbox.models import Site
from marketplace.sandbox.principals import find_principals
from marketplace.sandbox.settings.entities import entity_shape
from marketplace.sandbox.settings.shapes import Digits, ListOf, Obj, Txt, may, need
from marketplace.sandbox.spaces.errors import ThreadNotFoundError
from marketplace.sandbox.spaces.models import Space, Thread, ThreadComment
from marketplace.sandbox.spaces.services import MAX_SPACE_ID, get_space, harmless, manages

LONGEST_TEXT = 65535
MOST_MENTIONS = 10
MOST_FILES = 5
COMMENT = Obj(
    {
        "text": may(Txt(longest=LONGEST_TEXT), otherwise=""),
        "mentions": may(ListOf(entity_shape("USER GROUP ORGANIZATION"), most=MOST_MENTIONS), otherwise=list),
        "files": may(
            ListOf(Obj({"fileKey": need(Txt(shortest=1)), "width": may(Digits(least=100, most=750))}), most=MOST_FILES),
            otherwise=list,
        ),
    }
)
"""The shape of a comment that calls send."""
ONE_THREAD_ONLY = Text(
    "1つのスレッドだけを使うスペースです。スレッドを追加したり、スレッド名を変えたりすることはできません。",
    "The space uses a single thread. Threads can't be added or renamed.",
)


def add_thread(session: Session, caller: Caller, space_id: int, name: str, now: datetime) -> Thread:
    """Add a thread to a space of several threads."""
    space = get_space(session, caller, space_id)
    if not space.use_multi_thread:
        raise InvalidInputError({"space": [ONE_THREAD_ONLY]})
    site = session.get_one(Site, space.site_id, with_for_update=True)
    site.last_thread_id += 1
    thread = Thread(
        site_id=site.id,
        thread_id=site.last_thread_id,
        space_id=space.space_id,
        name=name,
        body="",
        created_at=now,
        creator=caller.code,
    )
    session.add(thread)
    session.flush()  # the next call may name it
    return thread


def change_thread(session: Session, caller: Caller, thread_id: int, name: str | None, body: str | None) -> None:
    """Change what is given; who made the thread may, and who manages the space."""
    thread, space = _get_thread(session, caller, thread_id)
    if thread.creator != caller.code and not manages(session, caller, space):
        raise NoPrivilegeError
    if name is not None and not space.use_multi_thread:
        raise InvalidInputError({"name": [ONE_THREAD_ONLY]})
    thread.name = thread.name if name is None else name
    thread.body = thread.body if body is None else harmless(body)


def add_comment(
    session: Session, caller: Caller, space_id: int, thread_id: int, comment: dict[str, Any], now: datetime
) -> ThreadComment:
    """Write a comment into a thread."""
    thread, space = _get_thread(session, caller, thread_id)
    if space.space_id != space_id:
        raise ThreadNotFoundError(id=thread_id)
    if not comment["text"] and not comment["files"]:
        raise InvalidInputError({"comment.text": [REQUIRED_PARAMETER]})
    mentioned = [(entity["type"], entity["code"]) for entity in comment["mentions"]]
    directory = find_principals(session, space.site_id, mentioned)
    for kind, code in mentioned:
        directory.require(kind, code)
    lasting = attach_files(session, space.site_id, [each["fileKey"] for each in comment["files"]], now)
    site = session.get_one(Site, space.site_id, with_for_update=True)
    site.last_thread_comment_id += 1
    written = ThreadComment(
        site_id=site.id,
        comment_id=site.last_thread_comment_id,
        thread_id=thread.thread_id,
        text=comment["text"],
        mentions=comment["mentions"],
        files=[{**each, "fileKey": lasting[each["fileKey"]]} for each in comment["files"]],
        created_at=now,
        creator=caller.code,
    )
    session.add(written)
    return written


def _get_thread(session: Session, caller: Caller, thread_id: int) -> tuple[Thread, Space]:
    policy.require_login(caller)
    thread = session.get(Thread, (caller.site_id, thread_id)) if thread_id <= MAX_SPACE_ID else None
    if thread is None:
        raise ThreadNotFoundError(id=thread_id)
    return thread, get_space(session, caller, thread.space_id)
