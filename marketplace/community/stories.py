"""Telling, rewriting and removing stories; they can be found, or no more, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import func, select

from marketplace.audit.services import record
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.queries import find_template
from marketplace.catalog.services import lock_template
from marketplace.community.errors import StoryChangedError, StoryNotFoundError, TooManyStoriesError
from marketplace.community.models import Story
from marketplace.community.policy import require_story_teller, require_story_teller_of
from marketplace.community.stories_entries import index_story
from marketplace.community.stories_inputs import NewStoryInput, StoryInput
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.queries import get_municipality
from marketplace.search import services as search

MOST_STORIES = 20
"""Of one municipality about one template."""
NO_SUCH_VERSION: Any = Text("このテンプレートに、この版はありません。", "The template has no such version.")


def create_story(ctx: Context, data: Mapping[str, Any]) -> Story:
    """Tell a story of the caller's municipality; everybody sees it at once.

    Raises TemplateNotFoundError, TooManyStoriesError or ValidationError.
    """
    municipality_code = require_story_teller(ctx.actor)
    values = NewStoryInput().load(data)
    template = _locked_template(ctx, values["template"])
    _require_room(ctx, template, municipality_code)
    story = Story(template_id=template.id, municipality_code=municipality_code)
    _write(ctx, story, template, values)
    story.created_at = story.updated_at
    ctx.session.add(story)
    ctx.session.flush()  # the index and the audit log name the story
    return _told(ctx, story, template, "story.created")


def replace_story(ctx: Context, story_id: str, data: Mapping[str, Any], since: datetime | None = None) -> Story:
    """Rewrite a story of the caller's municipality; its template stays.

    `since` is the moment of the text that the new one is based on.
    Raises StoryNotFoundError, StoryChangedError or ValidationError.
    """
    story = lock_story(ctx, story_id)
    if since is not None and story.updated_at != since:
        raise StoryChangedError
    values = StoryInput().load(data)
    template = ctx.session.get_one(Template, story.template_id)
    _write(ctx, story, template, values)
    return _told(ctx, story, template, "story.replaced")


def delete_story(ctx: Context, story_id: str) -> None:
    """Remove a story of the caller's municipality. Raises StoryNotFoundError."""
    story = lock_story(ctx, story_id)
    search.remove_entry(ctx, story.id)
    ctx.session.delete(story)
    record(ctx, "story.deleted", f"story:{story.id}", template=story.template_id, title=story.title)


def lock_story(ctx: Context, story_id: str) -> Story:
    """Return a story that the caller may change and nobody else changes until the transaction ends.

    Its template is locked first, as whoever withdraws that does, so that neither waits for the other.
    Raises StoryNotFoundError, UnauthenticatedError or ForbiddenError.
    """
    require_story_teller(ctx.actor)
    story = ctx.session.get(Story, story_id) if is_plain(story_id) else None
    if story is None:
        raise StoryNotFoundError
    require_story_teller_of(ctx.actor, story.municipality_code)
    lock_template(ctx, story.template_id)
    locked = select(Story).where(Story.id == story_id).execution_options(populate_existing=True)
    current = ctx.session.scalar(locked)
    if current is None:  # somebody else deleted it while we waited
        raise StoryNotFoundError
    return current


def _locked_template(ctx: Context, name: str) -> Template:
    publisher, _, slug = name.partition("/")
    template = find_template(ctx, publisher, slug)
    if template is None or template.latest_version_id is None:
        raise TemplateNotFoundError
    return lock_template(ctx, template.id)


def _require_room(ctx: Context, template: Template, municipality_code: str) -> None:
    told = select(func.count()).where(Story.template_id == template.id, Story.municipality_code == municipality_code)
    if (ctx.session.scalar(told) or 0) >= MOST_STORIES:
        raise TooManyStoriesError(most=MOST_STORIES)


def _write(ctx: Context, story: Story, template: Template, values: Mapping[str, Any]) -> None:
    for name in ("title", "problem", "solution", "effect", "hours_saved", "department"):
        setattr(story, name, values[name])
    story.version_id = _version_id(ctx, template, values["version"])
    story.written_by = ctx.actor.person_id
    story.updated_at = ctx.now()


def _version_id(ctx: Context, template: Template, number: str | None) -> str | None:
    if not number:
        return None
    version = TemplateVersion
    found = ctx.session.scalar(select(version.id).where(version.template_id == template.id, version.number == number))
    if found is None:
        raise ValidationError({"version": [NO_SUCH_VERSION]})
    return found


def _told(ctx: Context, story: Story, template: Template, act: str) -> Story:
    index_story(ctx, story, template, get_municipality(ctx, story.municipality_code))
    record(ctx, act, f"story:{story.id}", template=template.id, title=story.title)
    return story
