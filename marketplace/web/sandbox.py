"""The records of installed apps, read only, for members of the municipality that owns the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from marketplace.edge.context import context, language
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox import sites
from marketplace.sandbox.errors import AppNotFoundError, RecordNotFoundError
from marketplace.sandbox.records import reading
from marketplace.sandbox.settings.live_settings import read_live_app
from marketplace.web.record_lists import read_offset
from marketplace.web.record_pages import choose_list, show_list, show_record
from marketplace.web.related_records import related_grids
from marketplace.workspaces import queries as workspaces

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_sandbox", __name__)


@contextmanager
def _gone_is_not_found() -> Iterator[None]:
    """Turn the platform's way of saying "not there" into ours."""
    try:
        yield
    except (AppNotFoundError, RecordNotFoundError) as error:
        raise NotFoundError from error


@pages.get("/w/<workspace_id>/k/<int:app_id>/")
def index(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """List the records of an app by one of its lists."""
    ctx = context()
    workspace = workspaces.get_workspace(ctx, workspace_id)
    caller = sites.owner(ctx.session, workspace.id)
    with _gone_is_not_found():
        live = read_live_app(ctx.session, caller, app_id)
    chosen = choose_list(live, request.args.get("view"), language())
    offset = read_offset(request.args.get("offset"))
    found = reading.list_records(
        ctx.session, caller, live.app, query=chosen.query(offset), total_count=True, now=ctx.now()
    )
    page = show_list(workspace, live, chosen, found, offset, language())
    return render_template("sandbox/list.html", page=page)


@pages.get("/w/<workspace_id>/k/<int:app_id>/show")
def show(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show one record as the app's form lays it out."""
    ctx = context()
    workspace = workspaces.get_workspace(ctx, workspace_id)
    caller = sites.owner(ctx.session, workspace.id)
    number = request.args.get("record", type=int) or 0
    with _gone_is_not_found():
        live = read_live_app(ctx.session, caller, app_id)
        record = reading.get_record(ctx.session, caller, live.app, number)
    related = related_grids(
        live,
        record,
        lambda other_id: read_live_app(ctx.session, caller, other_id),
        lambda other, query: reading.list_records(ctx.session, caller, other.app, query=query, now=ctx.now()).records,
        language(),
    )
    return render_template("sandbox/show.html", page=show_record(workspace, live, record, related, language()))
