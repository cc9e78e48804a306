"""The mails that stay on this machine, for trying the service out without a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template

from marketplace.edge.context import context
from marketplace.mail import queries

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_outbox", __name__)


@pages.get("/outbox")
def index() -> ResponseReturnValue:
    """Show the latest mails; the page is absent wherever mails are sent, or not kept."""
    ctx = context()
    mails = queries.list_kept(ctx)
    g.is_private = True
    return render_template("outbox/list.html", mails=mails, place=ctx.ports.place.url)
