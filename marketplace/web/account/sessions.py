"""The page of the browsers in which one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.accounts import sessions
from marketplace.edge.context import context
from marketplace.edge.signin import own_session_id
from marketplace.web.account.devices import device_of
from marketplace.web.account.place import pages

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PLACE = "/account/sessions"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session in the list."""

    id: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    is_own: bool


@pages.get(PLACE)
def list_sessions() -> ResponseReturnValue:
    """List them, this browser first."""
    ctx, own = context(), own_session_id()
    rows = [
        SessionRow(each.id, device_of(each.user_agent), each.address, each.created_at, each.seen_at, each.id == own)
        for each in sessions.list_sessions(ctx)
    ]
    rows.sort(key=lambda row: not row.is_own)
    return render_template("account/sessions.html", sessions=rows, ended=request.args.get("done") == "ended")


@pages.post(f"{PLACE}/<session_id>/end")
def end_session(session_id: str) -> ResponseReturnValue:
    """End one of them."""
    sessions.end_session(context(), session_id)
    return redirect(f"{PLACE}?done=ended", 303)


@pages.post(f"{PLACE}/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """End all but this browser's."""
    sessions.end_other_sessions(context(), own_session_id())
    return redirect(f"{PLACE}?done=ended", 303)
