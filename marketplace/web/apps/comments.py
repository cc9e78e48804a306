"""The comments on a record's page: reading, writing, taking one's own back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.edge.context import language
from marketplace.kernel.text import Text
from marketplace.sandbox.comments import services
from marketplace.sandbox.comments.inputs import read_comment
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.models import PrincipalKind
from marketplace.sandbox.principals import USER, search_principals
from marketplace.web.apps.record_page import read_record, show_record
from marketplace.web.apps.refusals import Trial, status_of
from marketplace.web.apps.visit import Visit, pages, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MOST_LISTED = 100
KINDS = (USER, PrincipalKind.ORGANIZATION.value, PrincipalKind.GROUP.value)
EMPTY = Text("コメントを入力してください。", "Write a comment.")
TOO_MANY = Text("知らせる相手は10人までです。", "You can notify at most 10.")


@dataclass(frozen=True, slots=True)
class ShownComment:
    """One comment; its writer may take it back."""

    id: str
    writer: str
    written_at: datetime
    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who can be told of a comment."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments under a record, and the one being written."""

    shown: tuple[ShownComment, ...]
    newer_address: str | None
    older_address: str | None
    address: str
    delete_address: str
    people: tuple[Mention, ...]
    text: str = ""
    refusal: str = ""


def show_comments(
    here: Visit, record_id: int, text: str = "", mentions: Sequence[str] = (), refusal: str = ""
) -> Comments | None:
    """Return the comments of a record; None where the app has them switched off."""
    session, app = here.ctx.session, here.live.app
    if not services.may_comment(session, app):
        return None
    given = request.args.get("comments", "")
    offset = int(given[:6]) if given.isascii() and given.isdigit() else 0
    found = services.list_comments(session, here.caller, app, record_id, offset=offset)
    page = f"{here.address}show?record={record_id}&comments="
    return Comments(
        shown=tuple(
            ShownComment(
                each["id"],
                each["creator"]["name"],
                datetime.fromisoformat(each["createdAt"]),
                each["text"].rstrip(),
                each["creator"]["code"] == here.caller.code,
            )
            for each in found.comments
        ),
        newer_address=f"{page}{max(0, offset - services.MOST_SHOWN)}#comments" if offset else None,
        older_address=f"{page}{offset + services.MOST_SHOWN}#comments" if found.older else None,
        address=f"{here.address}comments?record={record_id}",
        delete_address=f"{here.address}comments/delete?record={record_id}",
        people=tuple(_people(here, mentions)),
        text=text,
        refusal=refusal,
    )


def _people(here: Visit, chosen: Sequence[str]) -> list[Mention]:
    found = [
        (f"{kind}:{code}", name)
        for kind in KINDS
        for code, name in search_principals(here.ctx.session, here.workspace.id, kind, "", MOST_LISTED)
    ]
    return [Mention(value, name, value in chosen) for value, name in found]


@pages.post("/w/<workspace_id>/k/<int:app_id>/comments")
def add_comment(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Add a comment to a record, or show why it can't be added."""
    here = visit(workspace_id, app_id)
    record = read_record(here)
    number = int(record["$id"]["value"])
    text, mentions = request.form.get("text", "").replace("\r\n", "\n"), request.form.getlist("mention")
    with Trial() as trial:
        session, app, now = here.ctx.session, here.live.app, here.ctx.now()
        comment = read_comment({"text": text.strip(), "mentions": [_mention(each) for each in mentions]})
        services.add_comment(session, here.caller, app, number, comment, now)
        return redirect(f"{here.address}show?record={number}&done=commented#comments", 303)
    if not isinstance(trial.error, PlatformError) or not services.may_comment(here.ctx.session, here.live.app):
        return trial.answer()
    refusal = _why(trial.error, text)
    comments = show_comments(here, number, text, mentions, refusal)
    page = show_record(here, record)
    return render_template("apps/show.html", page=page, comments=comments), status_of(trial.error)


def _mention(value: str) -> dict[str, str]:
    kind, _, code = value.partition(":")
    return {"type": kind, "code": code}


def _why(error: PlatformError, text: str) -> str:
    if not text.strip():
        return EMPTY.in_language(language())
    if "comment.mentions" in error.errors:
        return TOO_MANY.in_language(language())
    messages = [message.in_language(language()) for each in error.errors.values() for message in each]
    return " ".join(messages) or error.says(language())


@pages.post("/w/<workspace_id>/k/<int:app_id>/comments/delete")
def delete_comment(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Take one's own comment back."""
    here = visit(workspace_id, app_id)
    number = int(read_record(here)["$id"]["value"])
    given = request.form.get("comment", "")
    comment_id = int(given[:10]) if given.isascii() and given.isdigit() else 0
    with Trial() as trial:
        services.delete_comment(here.ctx.session, here.caller, here.live.app, number, comment_id)
        return redirect(f"{here.address}show?record={number}#comments", 303)
    return trial.answer()
