"""The words by which stories are found, kept in step with the story and with its template."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalog.followers import follows_templates
from marketplace.catalog.models import Template
from marketplace.community.models import Story
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.search import services as search
from marketplace.search.services import Kind, Place, SearchEntry


def index_story(ctx: Context, story: Story, template: Template, municipality: Municipality) -> None:
    """Make a story findable, as long as it and its template are shown; the caller holds the template's lock."""
    if template.latest_version_id is None or story.is_hidden:
        search.remove_entry(ctx, story.id)
    else:
        search.index_entry(ctx, story_entry(story, template, municipality))


def index_stories(ctx: Context) -> int:
    """Bring all stories in the index up to date, and return how many changed."""
    chosen = (
        select(Story, Template, Municipality)
        .join(Template, Template.id == Story.template_id)
        .join(Municipality, Municipality.code == Story.municipality_code)
        .where(Template.latest_version_id.is_not(None), Story.hidden_at.is_(None))
    )
    return search.index_kind(ctx, Kind.STORY, [story_entry(*row) for row in ctx.session.execute(chosen)])


@follows_templates
def follow_template(ctx: Context, template: Template) -> None:
    """Hide the stories of a template that is shown no more, and let them be found by its present name."""
    chosen = select(Story, Municipality).join(Municipality, Municipality.code == Story.municipality_code)
    for story, municipality in ctx.session.execute(chosen.where(Story.template_id == template.id)).all():
        index_story(ctx, story, template, municipality)


def story_entry(story: Story, template: Template, municipality: Municipality) -> SearchEntry:
    """Return what is indexed of a story: its title, what it is about and whose it is, its paragraphs."""
    about = [template.name_ja, template.name_en, municipality.full_name, municipality.kana, story.department]
    return SearchEntry(
        Kind.STORY,
        story.id,
        {
            Place.TITLE: [story.title],
            Place.KEYWORD: [text for text in about if text],
            Place.BODY: [story.problem, story.solution, story.effect],
        },
        facets={
            "category": [template.category],
            "prefecture": [municipality.prefecture] if municipality.prefecture else [],
            "size_class": [municipality.size_class] if municipality.size_class else [],
            "template": [template.id],
            "municipality": [municipality.code],
        },
        figures={"updated": int(story.created_at.timestamp())},
    )
