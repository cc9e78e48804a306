"""Writing and removing the review of the reader's municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request

from marketplace.community import services
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.kernel.actor import Permission
from marketplace.web.catalog import render_page
from marketplace.web.catalog_cards import template_address
from marketplace.web.forms import refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_community", __name__)


@pages.post("/templates/<publisher>/<slug>/review")
def put(publisher: str, slug: str) -> ResponseReturnValue:
    """Write or rewrite the review."""
    data = {"text": request.form.get("text", "").strip()}
    if request.form.get("stars"):
        data["stars"] = request.form["stars"]
    ctx = context()
    ctx.actor.own_municipality(Permission.REVIEWS_WRITE)
    with attempt() as tried:
        services.put_review(ctx, publisher, slug, data)
        return redirect(f"{template_address(publisher, slug)}#reviews", 303)
    form = refused(tried.error, request.form)
    return render_page(publisher, slug, form), form.status


@pages.post("/templates/<publisher>/<slug>/review/delete")
def delete(publisher: str, slug: str) -> ResponseReturnValue:
    """Remove the review."""
    services.delete_review(context(), publisher, slug)
    return redirect(f"{template_address(publisher, slug)}#reviews", 303)
