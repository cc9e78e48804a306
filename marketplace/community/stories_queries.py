"""Finds stories; anybody may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from marketplace.catalog.categories import CATEGORIES, Category
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.summaries import Publisher, publisher_of
from marketplace.community.errors import StoryNotFoundError
from marketplace.community.models import Story
from marketplace.community.policy import may_see_hidden
from marketplace.installs.models import Installation
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality

_VIEWS = (
    select(
        Story,
        Template,
        Municipality,
        TemplateVersion.number,
        exists()
        .where(Installation.municipality_code == Story.municipality_code, Installation.template_id == Story.template_id)
        .label("is_installed"),
    )
    .join(Template, Template.id == Story.template_id)
    .join(Municipality, Municipality.code == Story.municipality_code)
    .outerjoin(TemplateVersion, TemplateVersion.id == Story.version_id)
)
"""Made once, as the next: making it takes longer than the database needs to answer it."""
_ONE = _VIEWS.where(Story.id == bindparam("id"))
_NEWEST = (
    _VIEWS.where(Story.template_id == bindparam("template_id"), Story.hidden_at.is_(None))
    .order_by(Story.created_at.desc(), Story.id.desc())
    .limit(bindparam("most"))
)
_SHOWN = _VIEWS.where(Story.id.in_(bindparam("ids", expanding=True)), Story.hidden_at.is_(None))


@dataclass(frozen=True, slots=True)
class StoryTemplate:
    """The template a story is about."""

    id: str
    publisher_code: str
    slug: str
    name: Text
    category: Category
    is_listed: bool
    """False when every version is withdrawn; lists and the search then leave its stories out too."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as people see it."""

    id: str
    template: StoryTemplate
    municipality: Publisher
    title: str
    problem: str
    solution: str
    effect: str
    hours_saved: int | None
    department: str
    version: str | None
    is_installed: bool
    """Whether the municipality has installed the template here; anybody may tell a story without that."""
    created_at: datetime
    updated_at: datetime
    hidden_reason: str | None
    """Why the operator hid it, as only its municipality reads; None for one that is shown."""


def get_story(ctx: Context, story_id: str) -> StoryView:
    """Return one story; a hidden one to those it is of. Raises StoryNotFoundError."""
    row = ctx.session.execute(_ONE, {"id": story_id}).first() if is_plain(story_id) else None
    if row is None or (row[0].is_hidden and not may_see_hidden(ctx.actor, row[0].municipality_code)):
        raise StoryNotFoundError
    return _view(*row)


def newest_stories(ctx: Context, template_id: str, limit: int) -> list[StoryView]:
    """Return the newest stories of a template, in one query."""
    rows = ctx.session.execute(_NEWEST, {"template_id": template_id, "most": limit})
    return [_view(*row) for row in rows]


def stories_by_id(ctx: Context, ids: Sequence[str]) -> list[StoryView]:
    """Return stories in the order of their ids, in one query; those that are gone or hidden are left out."""
    found = {row[0].id: _view(*row) for row in ctx.session.execute(_SHOWN, {"ids": ids})}
    return [found[story_id] for story_id in ids if story_id in found]


def _view(
    story: Story,
    template: Template,
    municipality: Municipality,
    number: str | None,
    is_installed: bool,  # noqa: FBT001 - a column of the row
) -> StoryView:
    return StoryView(
        id=story.id,
        template=StoryTemplate(
            template.id,
            template.publisher_code,
            template.slug,
            Text(template.name_ja, template.name_en),
            CATEGORIES[template.category],
            template.latest_version_id is not None,
        ),
        municipality=publisher_of(municipality),
        title=story.title,
        problem=story.problem,
        solution=story.solution,
        effect=story.effect,
        hours_saved=story.hours_saved,
        department=story.department,
        version=number,
        is_installed=is_installed,
        created_at=story.created_at,
        updated_at=story.updated_at,
        hidden_reason=story.hidden_reason,
    )
