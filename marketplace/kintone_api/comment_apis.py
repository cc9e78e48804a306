"""Comments on records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.kintone_api.calls import Body, Call
from marketplace.kintone_api.table import api
from marketplace.sandbox.comments import services
from marketplace.sandbox.comments.inputs import read_comment
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.models import Stage
from marketplace.sandbox.settings.shapes import Whole, may, need, one_of

if TYPE_CHECKING:
    from marketplace.sandbox.models import App

NUMBER = need(Whole(least=1))


@api("GET", "record/comments")
def list_comments(call: Call) -> Body:
    """Return some comments of a record."""
    app, record_id = _place(call)
    given = call.read(
        order=may(one_of("asc desc"), otherwise="desc"),
        offset=may(Whole(least=0), otherwise=0),
        limit=may(Whole(least=0, most=services.MOST_SHOWN), otherwise=services.MOST_SHOWN),
    )
    found = services.list_comments(
        call.ctx.session,
        call.caller,
        app,
        record_id,
        newest_first=given["order"] == "desc",
        offset=given["offset"],
        limit=given["limit"],
    )
    return {"comments": found.comments, "older": found.older, "newer": found.newer}


@api("POST", "record/comment")
def add_comment(call: Call) -> Body:
    """Add a comment to a record."""
    app, record_id = _place(call)
    if call.data.get("comment") in (None, ""):
        raise InvalidInputError({"comment": [REQUIRED_PARAMETER]})
    comment = read_comment(call.data["comment"])
    made = services.add_comment(call.ctx.session, call.caller, app, record_id, comment, call.ctx.now())
    return {"id": str(made)}


@api("DELETE", "record/comment")
def delete_comment(call: Call) -> Body:
    """Delete a comment of the caller's own."""
    app, record_id = _place(call)
    comment_id = call.read(comment=NUMBER)["comment"]
    services.delete_comment(call.ctx.session, call.caller, app, record_id, comment_id)
    return {}


def _place(call: Call) -> tuple[App, int]:
    """Return the app and the number of the record that a call names."""
    app = call.app(Stage.LIVE, "view")
    return app, call.read(record=NUMBER)["record"]
