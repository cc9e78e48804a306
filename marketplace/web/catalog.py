"""Finding templates and looking at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request

from marketplace.catalog import queries
from marketplace.catalog.elsewhere import look_elsewhere
from marketplace.edge.context import context, language
from marketplace.edge.public_answers import public
from marketplace.installs.queries import users_of_template
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Language
from marketplace.municipalities.queries import find_municipality
from marketplace.web.app_pictures.page import show_app, show_miniature
from marketplace.web.catalog_cards import template_address
from marketplace.web.community_page import show_community
from marketplace.web.comparison_page import show_comparison
from marketplace.web.nearest import offer_nearest
from marketplace.web.pictures import answer_picture
from marketplace.web.proposal_page import show_proposal
from marketplace.web.template_list import read_filter, show_template_list
from marketplace.web.template_page import show_template, similar_card
from marketplace.web.version_pair import choose_pair, show_pair

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.catalog.summaries import TemplateDetail
    from marketplace.web.forms import FormState

pages = Blueprint("web_catalog", __name__)


@pages.get("/templates")
@public
def index() -> ResponseReturnValue:
    """List, search and filter."""
    ctx, spoken, wanted = context(), language(), read_filter(request.args)
    found, elsewhere = queries.list_templates(ctx, wanted), look_elsewhere(ctx, wanted.q)
    listing = show_template_list(found, queries.snippets_of(ctx, found), elsewhere, request.args, spoken)
    nearest = offer_nearest(ctx, wanted, found, request.args, spoken)
    return render_template("catalog/list.html", listing=listing, nearest=nearest)


@pages.get("/templates/<publisher>/<slug>")
@public
def show(publisher: str, slug: str) -> ResponseReturnValue:
    """Show one template."""
    return render_page(publisher, slug)


def render_page(publisher: str, slug: str, review_form: FormState | None = None) -> str:
    """Return a template's page, with the review form as it was refused if it was."""
    ctx, spoken = context(), language()
    detail = queries.get_template(ctx, publisher, slug)
    g.viewed = detail.id
    page = show_template(ctx, detail, spoken)
    community = show_community(ctx, detail, request.args.get("reviews"), review_form)
    similar = [similar_card(each, spoken) for each in queries.list_similar(ctx, detail.id)]
    return render_template("catalog/show.html", page=page, community=community, similar=similar)


@pages.get("/templates/<publisher>/<slug>/apps/<key>")
@public
def app(publisher: str, slug: str, key: str) -> ResponseReturnValue:
    """Show one app of a template as it will look."""
    return show_app(publisher, slug, key)


@pages.get("/templates/<publisher>/<slug>/versions/<number>/apps/<key>/<spoken>.svg")
@public
def miniature(publisher: str, slug: str, number: str, key: str, spoken: str) -> ResponseReturnValue:
    """Show an app of a version at a glance."""
    if spoken not in set(Language):
        raise NotFoundError
    return show_miniature(publisher, slug, number, key, Language(spoken))


@pages.get("/templates/<publisher>/<slug>/proposal")
@public
def proposal(publisher: str, slug: str) -> ResponseReturnValue:
    """Show a template on one sheet, to be printed for those who decide."""
    ctx, spoken = context(), language()
    detail = queries.get_template(ctx, publisher, slug)
    bundle = queries.load_bundle(ctx, detail.shown)
    users, code = users_of_template(ctx, detail.id), ctx.actor.municipality_code
    reader = find_municipality(ctx, code) if code else None
    page = show_proposal(detail, bundle, users, reader, ctx.now(), spoken)
    return render_template("catalog/proposal.html", page=page)


@pages.get("/templates/<publisher>/<slug>/versions/<old>/diff/<new>")
@public
def diff(publisher: str, slug: str, old: str, new: str) -> ResponseReturnValue:
    """Show what changed from one version to another."""
    return _compare(queries.get_template(context(), publisher, slug), old, new)


@pages.get("/templates/<publisher>/<slug>/compare")
@public
def compare(publisher: str, slug: str) -> ResponseReturnValue:
    """Show what changed between two versions that the reader chooses; without a choice, what the newest brought."""
    detail = queries.get_template(context(), publisher, slug)
    return _compare(detail, *choose_pair(detail.versions, request.args.get("from"), request.args.get("to")))


def _compare(detail: TemplateDetail, old: str, new: str) -> str:
    ctx, code, slug = context(), detail.publisher.code, detail.slug
    comparison = queries.compare_versions(ctx, code, slug, old, new)
    pair = show_pair(detail.versions, old, new, comparison.bump, language())
    return render_template(
        "catalog/diff.html",
        name=detail.name.in_language(language()),
        address=template_address(code, slug),
        pair=pair,
        comparison=show_comparison(comparison, language()),
    )


@pages.get("/templates/<publisher>/<slug>/versions/<number>/images/<path:name>")
@public
def picture(publisher: str, slug: str, number: str, name: str) -> ResponseReturnValue:
    """Serve a picture of a version."""
    ctx = context()
    version = queries.get_version(ctx, publisher, slug, number)
    return answer_picture(queries.load_bundle(ctx, version), f"images/{name}")
