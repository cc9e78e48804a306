"""Stories: the list, the page of one, and telling, rewriting and removing those of the reader's municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.catalog import queries as catalog
from marketplace.catalog.summaries import TemplateDetail
from marketplace.community import stories
from marketplace.community.errors import StoryChangedError
from marketplace.community.policy import require_story_teller, require_story_teller_of
from marketplace.community.stories_listing import list_stories, snippets_of
from marketplace.community.stories_queries import StoryView, get_story
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.edge.public_answers import public
from marketplace.web.catalog_cards import template_address
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.story_list import read_story_filter, show_story_list
from marketplace.web.story_pages import (
    read_since,
    show_story,
    story_address,
    story_data,
    story_form,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_stories", __name__)


@pages.get("/stories")
@public
def index() -> ResponseReturnValue:
    """List, search and filter."""
    wanted = read_story_filter(request.args)
    found = list_stories(context(), wanted)
    listing = show_story_list(found, snippets_of(context(), found), wanted, request.args, language())
    return render_template("stories/list.html", listing=listing)


@pages.get("/stories/<story_id>")
@public
def show(story_id: str) -> ResponseReturnValue:
    """Show one story."""
    ctx = context()
    return render_template("stories/show.html", page=show_story(get_story(ctx, story_id), ctx.actor, language()))


@pages.get("/templates/<publisher>/<slug>/stories/new")
def new(publisher: str, slug: str) -> ResponseReturnValue:
    """Ask what there is to tell of a template."""
    require_story_teller(context().actor)
    return _render_new(publisher, slug, filled())


@pages.post("/templates/<publisher>/<slug>/stories")
def create(publisher: str, slug: str) -> ResponseReturnValue:
    """Tell a story, or show why it can't be told."""
    ctx = context()
    require_story_teller(ctx.actor)
    with attempt() as tried:
        story = stories.create_story(ctx, {**story_data(request.form), "template": f"{publisher}/{slug}"})
        return redirect(story_address(story.id), 303)
    form = refused(tried.error, request.form)
    return _render_new(publisher, slug, form), form.status


@pages.get("/stories/<story_id>/edit")
def edit(story_id: str) -> ResponseReturnValue:
    """Ask for what is to be told instead."""
    story = _own(story_id)
    return _render_edit(story, story_form(story))


@pages.post("/stories/<story_id>/edit")
def replace(story_id: str) -> ResponseReturnValue:
    """Rewrite a story, or show why it can't be rewritten so."""
    _own(story_id)
    with attempt() as tried:
        stories.replace_story(context(), story_id, story_data(request.form), read_since(request.form))
        return redirect(story_address(story_id), 303)
    form = refused(tried.error, request.form)
    return _render_edit(_own(story_id), form, is_changed=isinstance(tried.error, StoryChangedError)), form.status


@pages.get("/stories/<story_id>/delete")
def ask_deletion(story_id: str) -> ResponseReturnValue:
    """Ask whether a story shall go."""
    ctx = context()
    return render_template("stories/delete.html", page=show_story(_own(story_id), ctx.actor, language()))


@pages.post("/stories/<story_id>/delete")
def delete(story_id: str) -> ResponseReturnValue:
    """Remove a story."""
    story = _own(story_id)
    stories.delete_story(context(), story_id)
    return redirect(f"{template_address(story.template.publisher_code, story.template.slug)}#stories", 303)


def _own(story_id: str) -> StoryView:
    """Return a story that the reader may change. Raises StoryNotFoundError, UnauthenticatedError or ForbiddenError."""
    ctx = context()
    require_story_teller(ctx.actor)
    story = get_story(ctx, story_id)
    require_story_teller_of(ctx.actor, story.municipality.code)
    return story


def _render_new(publisher: str, slug: str, form: FormState) -> str:
    detail = catalog.get_template(context(), publisher, slug)
    address = template_address(publisher, slug)
    return render_template(
        "stories/form.html",
        form=form,
        template_name=detail.name.in_language(language()),
        template_address=address,
        versions=_versions(detail),
        action=f"{address}/stories",
        back=address,
        story_title=None,
    )


def _render_edit(story: StoryView, form: FormState, *, is_changed: bool = False) -> str:
    template = story.template
    detail = catalog.get_template(context(), template.publisher_code, template.slug)
    return render_template(
        "stories/form.html",
        form=form,
        template_name=template.name.in_language(language()),
        template_address=template_address(template.publisher_code, template.slug),
        versions=_versions(detail),
        action=f"{story_address(story.id)}/edit",
        back=story_address(story.id),
        story_title=story.title,
        # Whoever was told of the other text and publishes again means it.
        since=story.updated_at.isoformat() if is_changed else form.value_of("since"),
        current=show_story(story, context().actor, language()) if is_changed else None,
    )


def _versions(detail: TemplateDetail) -> list[tuple[str, str]]:
    """Return the choices of a version, each as its value and its label."""
    return [(version.number, version.number) for version in detail.versions]
