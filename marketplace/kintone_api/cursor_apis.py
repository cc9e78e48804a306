"""Cursors over the records of an app."""

from __future__ import annotations

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.record_apis import MOST_FIELDS
from marketplace.kintone_api.table import api
from marketplace.sandbox.cursors import services
from marketplace.sandbox.models import Stage
from marketplace.sandbox.settings.shapes import Txt, Whole, may, need

CURSOR_ID = need(Txt(shortest=1))


@api("POST", "records/cursor")
def create_cursor(call: Call) -> Body:
    """Settle which records will be fetched."""
    app = call.app(Stage.LIVE, "view")
    given = call.read(
        query=may(Txt(), otherwise=""),
        fields=may(one_or_more(Txt(), MOST_FIELDS), otherwise=list),
        size=may(Whole(least=1, most=services.LARGEST_SIZE), otherwise=services.DEFAULT_SIZE),
    )
    made = services.create_cursor(
        call.ctx.session,
        call.caller,
        app,
        query=given["query"],
        fields=given["fields"],
        size=given["size"],
        now=call.ctx.now(),
    )
    return {"id": made.id, "totalCount": str(made.total)}


@api("GET", "records/cursor", writes=True)
def read_cursor(call: Call) -> Body:
    """Return the next records."""
    cursor_id = call.read(id=CURSOR_ID)["id"]
    page = services.read_cursor(call.ctx.session, call.caller, cursor_id, call.ctx.now())
    return {"records": page.records, "next": page.has_next}


@api("DELETE", "records/cursor")
def delete_cursor(call: Call) -> Body:
    """End a cursor."""
    cursor_id = call.read(id=CURSOR_ID)["id"]
    services.delete_cursor(call.ctx.session, call.caller, cursor_id, call.ctx.now())
    return {}
