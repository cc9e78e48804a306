"""Records: reading, adding, changing, deleting; their values are checked where they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.table import api
from marketplace.sandbox.models import Stage
from marketplace.sandbox.records import deleting, process, reading, writing
from marketplace.sandbox.settings.shapes import Flag, Txt, Whole, may, need

if TYPE_CHECKING:
    from marketplace.sandbox.records.changes import Written

MOST_FIELDS = 1000


@api("GET", "record")
def get_record(call: Call) -> Body:
    """Return one record."""
    app = call.app(Stage.LIVE, "view")
    record_id = call.read(id=need(Whole(least=1)))["id"]
    return {"record": reading.get_record(call.ctx.session, call.caller, app, record_id, now(call))}


@api("POST", "record")
def add_record(call: Call) -> Body:
    """Add one record."""
    app = call.app(Stage.LIVE, "add")
    written = writing.add_record(call.ctx.session, call.caller, app, call.data.get("record"), now(call))
    return {"id": str(written.record_id), "revision": str(written.revision)}


@api("PUT", "record")
def update_record(call: Call) -> Body:
    """Change one record."""
    app = call.app(Stage.LIVE, "edit")
    written = writing.update_record(call.ctx.session, call.caller, app, call.data, now(call))
    return {"revision": str(written.revision)}


@api("GET", "records")
def list_records(call: Call) -> Body:
    """Return the records that a query selects."""
    app = call.app(Stage.LIVE, "view")
    given = call.read(
        query=may(Txt(), otherwise=""),
        fields=may(one_or_more(Txt(), MOST_FIELDS), otherwise=list),
        totalCount=may(Flag(), otherwise=False),
    )
    found = reading.list_records(
        call.ctx.session,
        call.caller,
        app,
        query=given["query"],
        fields=given["fields"],
        total_count=given["totalCount"],
        now=now(call),
    )
    total = None if found.total_count is None else str(found.total_count)
    return {"records": found.records, "totalCount": total}


@api("POST", "records")
def add_records(call: Call) -> Body:
    """Add several records."""
    app = call.app(Stage.LIVE, "add")
    written = writing.add_records(call.ctx.session, call.caller, app, call.data.get("records"), now(call))
    return {
        "ids": [str(each.record_id) for each in written],
        "revisions": [str(each.revision) for each in written],
    }


@api("PUT", "records")
def update_records(call: Call) -> Body:
    """Change several records, adding those that are missing if `upsert` says so."""
    app = call.app(Stage.LIVE, "edit")
    sent = call.data.get("records")
    if call.read(upsert=may(Flag(), otherwise=False))["upsert"]:
        written = writing.upsert_records(call.ctx.session, call.caller, app, sent, now(call))
        return {"records": [{**changed(each), "operation": each.operation} for each in written]}
    return {
        "records": [
            changed(each) for each in writing.update_records(call.ctx.session, call.caller, app, sent, now(call))
        ]
    }


@api("DELETE", "records")
def delete_records(call: Call) -> Body:
    """Delete several records."""
    app = call.app(Stage.LIVE, "delete")
    ids, revisions = call.data.get("ids"), call.data.get("revisions")
    deleting.delete_records(call.ctx.session, call.caller, app, ids, revisions, now(call))
    return {}


@api("PUT", "record/status")
def change_status(call: Call) -> Body:
    """Run one action of the process on a record."""
    app = call.app(Stage.LIVE, "view")
    written = process.change_status(call.ctx.session, call.caller, app, call.data, now(call))
    return {"revision": str(written.revision)}


@api("PUT", "records/status")
def change_statuses(call: Call) -> Body:
    """Run actions of the process on several records."""
    app = call.app(Stage.LIVE, "view")
    written = process.change_statuses(call.ctx.session, call.caller, app, call.data.get("records"), now(call))
    return {"records": [changed(each) for each in written]}


@api("PUT", "record/assignees")
def set_assignees(call: Call) -> Body:
    """Replace who works on a record."""
    app = call.app(Stage.LIVE, "view")
    written = process.set_assignees(call.ctx.session, call.caller, app, call.data, now(call))
    return {"revision": str(written.revision)}


def changed(written: Written) -> Body:
    """Return a changed record as bulk answers show it."""
    return {"id": str(written.record_id), "revision": str(written.revision)}


def now(call: Call) -> datetime:
    """Return the moment of the call."""
    return call.ctx.now()
