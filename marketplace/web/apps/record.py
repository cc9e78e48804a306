"""One record: showing it with its comments, and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.sandbox.records.deleting import delete_record
from marketplace.sandbox.rights.errors import AppRightMissingError
from marketplace.web.apps.comments import show_comments
from marketplace.web.apps.record_page import read_record, show_record
from marketplace.web.apps.refusals import Trial
from marketplace.web.apps.visit import pages, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LEADING_AWAY = {"added", "saved", "status"}
"""What can take a record out of the sight of the one who did it: rights follow states and fields."""


@pages.get("/w/<workspace_id>/k/<int:app_id>/show")
def show(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show one record as the app's form lays it out, with its comments."""
    here = visit(workspace_id, app_id)
    try:
        record = read_record(here)
    except AppRightMissingError:
        if request.args.get("done") not in LEADING_AWAY:
            raise
        return redirect(f"{here.address}?done=away", 303)
    page = show_record(here, record)
    return render_template("apps/show.html", page=page, comments=show_comments(here, page.record_id))


@pages.get("/w/<workspace_id>/k/<int:app_id>/delete")
def ask_deletion(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Ask whether a record is to be deleted."""
    here = visit(workspace_id, app_id)
    return render_template("apps/delete.html", page=show_record(here, read_record(here)))


@pages.post("/w/<workspace_id>/k/<int:app_id>/delete")
def delete(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Delete a record, unless somebody changed it since it was shown."""
    here = visit(workspace_id, app_id)
    record = read_record(here)
    number, revision = record["$id"]["value"], request.form.get("revision") or None
    with Trial() as trial:
        delete_record(here.ctx.session, here.caller, here.live.app, int(number), here.ctx.now(), revision)
        return redirect(f"{here.address}?done=deleted", 303)
    return trial.answer()
