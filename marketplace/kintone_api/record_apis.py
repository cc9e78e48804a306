"""Records: reading, adding, changing, deleting; their values are checked where they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.table import api
from marketplace.sandbox import record_writes, records
from marketplace.sandbox.models import Stage
from marketplace.sandbox.shapes import Flag, Txt, Whole, may, need

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from marketplace.sandbox.caller import Caller
    from marketplace.sandbox.models import App
    from marketplace.sandbox.record_writes import Written

MOST_FIELDS = 1000
Target = tuple["Session", "Caller", "App"]


def target(call: Call, permission: str) -> Target:
    """Return what every function of records takes first, if the caller has the right to the app's records."""
    return call.ctx.session, call.caller, call.app(Stage.LIVE, permission)


@api("GET", "record")
def get_record(call: Call) -> Body:
    """Return one record."""
    session, caller, app = target(call, "view")
    record_id = call.read(id=need(Whole(least=1)))["id"]
    return {"record": records.get_record(session, caller, app, record_id)}


@api("POST", "record")
def add_record(call: Call) -> Body:
    """Add one record."""
    session, caller, app = target(call, "add")
    written = record_writes.add_record(session, caller, app, call.data.get("record"), now(call))
    return {"id": str(written.record_id), "revision": str(written.revision)}


@api("PUT", "record")
def update_record(call: Call) -> Body:
    """Change one record."""
    session, caller, app = target(call, "edit")
    written = record_writes.update_record(session, caller, app, call.data, now(call))
    return {"revision": str(written.revision)}


@api("GET", "records")
def list_records(call: Call) -> Body:
    """Return the records that a query selects."""
    session, caller, app = target(call, "view")
    given = call.read(
        query=may(Txt(), otherwise=""),
        fields=may(one_or_more(Txt(), MOST_FIELDS), otherwise=list),
        totalCount=may(Flag(), otherwise=False),
    )
    found = records.list_records(
        session,
        caller,
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
    session, caller, app = target(call, "add")
    written = record_writes.add_records(session, caller, app, call.data.get("records"), now(call))
    return {
        "ids": [str(each.record_id) for each in written],
        "revisions": [str(each.revision) for each in written],
    }


@api("PUT", "records")
def update_records(call: Call) -> Body:
    """Change several records, adding those that are missing if `upsert` says so."""
    session, caller, app = target(call, "edit")
    sent = call.data.get("records")
    if call.read(upsert=may(Flag(), otherwise=False))["upsert"]:
        written = record_writes.upsert_records(session, caller, app, sent, now(call))
        return {"records": [{**changed(each), "operation": each.operation} for each in written]}
    return {"records": [changed(each) for each in record_writes.update_records(session, caller, app, sent, now(call))]}


@api("DELETE", "records")
def delete_records(call: Call) -> Body:
    """Delete several records."""
    session, caller, app = target(call, "delete")
    record_writes.delete_records(session, caller, app, call.data.get("ids"), call.data.get("revisions"))
    return {}


def changed(written: Written) -> Body:
    """Return a changed record as bulk answers show it."""
    return {"id": str(written.record_id), "revision": str(written.revision)}


def now(call: Call) -> datetime:
    """Return the moment of the call."""
    return call.ctx.now()
