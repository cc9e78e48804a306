"""Guests: those of the site, and those that a guest space admits."""

from __future__ import annotations

from marketplace.kintone_api.calls import Body, Call
from marketplace.kintone_api.table import api
from marketplace.sandbox.settings.shapes import Whole, need
from marketplace.sandbox.spaces import guests


@api("POST", "guests")
def add_guests(call: Call) -> Body:
    """Make guests known to the site."""
    given = call.read(guests=need(guests.GUESTS))["guests"]
    guests.add_guests(call.ctx.session, call.caller, given, call.ctx.now())
    return {}


@api("DELETE", "guests")
def delete_guests(call: Call) -> Body:
    """Forget guests."""
    guests.delete_guests(call.ctx.session, call.caller, call.read(guests=need(guests.CODES))["guests"])
    return {}


@api("PUT", "space/guests")
def replace_space_guests(call: Call) -> Body:
    """Replace the guests that a guest space admits."""
    given = call.read(id=need(Whole(least=1)), guests=need(guests.CODES))
    guests.replace_space_guests(call.ctx.session, call.caller, given["id"], given["guests"], call.ctx.now())
    return {}
