"""Finding templates and looking at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from marketplace.catalog import queries
from marketplace.edge.context import context, language
from marketplace.web.catalog_cards import template_address
from marketplace.web.community_page import show_community
from marketplace.web.comparison_page import show_comparison
from marketplace.web.listing import read_filter, show_listing
from marketplace.web.pictures import answer_picture
from marketplace.web.template_page import show_template

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.web.forms import FormState

pages = Blueprint("web_catalog", __name__)


@pages.get("/templates")
def index() -> ResponseReturnValue:
    """List, search and filter."""
    found = queries.list_templates(context(), read_filter(request.args))
    return render_template("catalog/list.html", listing=show_listing(found, request.args, language()))


@pages.get("/templates/<publisher>/<slug>")
def show(publisher: str, slug: str) -> ResponseReturnValue:
    """Show one template."""
    return render_page(publisher, slug)


def render_page(publisher: str, slug: str, review_form: FormState | None = None) -> str:
    """Return a template's page, with the review form as it was refused if it was."""
    ctx, spoken = context(), language()
    detail = queries.get_template(ctx, publisher, slug)
    version = queries.get_version(ctx, publisher, slug, detail.shown.number)
    page = show_template(detail, queries.load_bundle(ctx, version), spoken)
    community = show_community(ctx, detail, request.args.get("reviews"), review_form)
    return render_template("catalog/show.html", page=page, community=community)


@pages.get("/templates/<publisher>/<slug>/versions/<old>/diff/<new>")
def diff(publisher: str, slug: str, old: str, new: str) -> ResponseReturnValue:
    """Show what changed from one version to another."""
    ctx, spoken = context(), language()
    detail = queries.get_template(ctx, publisher, slug)
    comparison = queries.compare_versions(ctx, publisher, slug, old, new)
    return render_template(
        "catalog/diff.html",
        name=detail.name.in_language(spoken),
        address=template_address(publisher, slug),
        old=old,
        new=new,
        comparison=show_comparison(comparison, spoken),
    )


@pages.get("/templates/<publisher>/<slug>/versions/<number>/images/<path:name>")
def picture(publisher: str, slug: str, number: str, name: str) -> ResponseReturnValue:
    """Serve a picture of a version."""
    ctx = context()
    version = queries.get_version(ctx, publisher, slug, number)
    return answer_picture(queries.load_bundle(ctx, version), f"images/{name}")
