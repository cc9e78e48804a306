"""One record as the app's form lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from marketplace.edge.context import language
from marketplace.kernel.text import Language
from marketplace.sandbox.records import reading
from marketplace.sandbox.settings.live_settings import LiveApp, read_live_app
from marketplace.web.app_sheets import State, states_of
from marketplace.web.apps.related import related_grids
from marketplace.web.apps.sheets import Block, Grid, lay_out
from marketplace.web.apps.visit import app_address, gone_is_not_found, pages, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.workspaces.models import Workspace

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record laid out by the form."""

    workspace_id: str
    workspace_name: str
    app_name: str
    list_address: str
    record_id: int
    states: tuple[State, ...]
    status: str | None
    assignees: tuple[str, ...]
    blocks: tuple[Block, ...]


@pages.get("/w/<workspace_id>/k/<int:app_id>/show")
def show(workspace_id: str, app_id: int) -> ResponseReturnValue:
    """Show one record as the app's form lays it out."""
    here = visit(workspace_id, app_id)
    session, caller, now = here.ctx.session, here.caller, here.ctx.now()
    number = request.args.get("record", type=int) or 0
    with gone_is_not_found():
        record = reading.get_record(session, caller, here.live.app, number, now)
    related = related_grids(
        here.live,
        record,
        lambda other_id: read_live_app(session, caller, other_id),
        lambda other, query: reading.list_records(session, caller, other.app, query=query, now=now).records,
        language(),
    )
    return render_template("apps/show.html", page=show_record(here.workspace, here.live, record, related, language()))


def show_record(
    workspace: Workspace, live: LiveApp, record: Document, related: dict[str, Grid], language: Language
) -> RecordPage:
    """Return one record laid out by the form."""
    held = {str(field.get("type")): field.get("value") for field in record.values()}
    assignees = held.get("STATUS_ASSIGNEE") or []
    return RecordPage(
        workspace_id=workspace.id,
        workspace_name=workspace.name,
        app_name=live.name,
        list_address=app_address(workspace.id, live.app.app_id),
        record_id=int(record["$id"]["value"]),
        states=tuple(states_of(live.process)),
        status=held.get("STATUS"),
        assignees=tuple(str(each.get("name") or each.get("code", "")) for each in assignees),
        blocks=tuple(lay_out(live.layout, live.properties, record, related, language)),
    )
