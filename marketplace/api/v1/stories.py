"""Stories: how municipalities use templates, safe against lost updates."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.preconditions import has_preconditions, require_match
from marketplace.api.v1.several import Several
from marketplace.api.v1.shapes import CategoryOut, PageQuery, PublisherOut, TextOut, page_links
from marketplace.api.v1.templates import MAX_WORDS, FacetValueOut
from marketplace.catalog.inputs import at_most
from marketplace.community import stories
from marketplace.community.stories_inputs import NewStoryInput, StoryInput
from marketplace.community.stories_listing import DIMENSIONS, StoryFilter, StorySort, list_stories
from marketplace.community.stories_queries import get_story
from marketplace.edge.context import context
from marketplace.kernel.text import Text

SORT_WRONG: Any = Text("relevance か newest で指定してください。", "Give relevance or newest.")


def _choice(description: Text) -> fields.String:
    return fields.String(load_default=None, metadata={"description": description})


def _choices(description: Text) -> Several:
    return Several(fields.String(), description)


class StoryQuery(PageQuery):
    """Which stories to list, and in which order."""

    q = fields.String(
        load_default="",
        validate=at_most(MAX_WORDS),
        metadata={"description": Text("探す言葉", "Words to look for"), "maxLength": MAX_WORDS},
    )
    template = _choice(Text("テンプレート（公開団体/識別名）", "Template, as publisher/slug"))
    category = _choices(Text("テンプレートの業務分野の識別子", "Category of the template"))
    prefecture = _choices(Text("書いた団体の都道府県", "Prefecture of the municipality that tells it"))
    size_class = _choices(Text("書いた団体の人口規模（S1〜S8、都道府県はP）", "Its size: S1 to S8, or P"))
    municipality = _choice(Text("書いた団体の団体コード", "Code of the municipality that tells it"))
    sort = fields.Enum(
        StorySort,
        by_value=True,
        load_default=None,
        error_messages={"unknown": SORT_WRONG},
        metadata={
            "description": Text(
                "並べ方。指定しなければ、q があるときは relevance、ないときは newest",
                "Order of the list; left out, it is relevance with q and newest without",
            ),
            "type": "string",
        },
    )


class StoryTemplateOut(Schema):
    """The template a story is about."""

    publisher = fields.String(required=True, attribute="publisher_code")
    slug = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    category = fields.Nested(CategoryOut, required=True)


class StoryOut(Schema):
    """How one municipality uses a template; `hidden_reason`, for its own only, tells why the operator hid it."""

    id = fields.String(required=True)
    template = fields.Nested(StoryTemplateOut, required=True)
    municipality = fields.Nested(PublisherOut, required=True)
    title = fields.String(required=True)
    problem = fields.String(required=True)
    solution = fields.String(required=True)
    effect = fields.String(required=True)
    hours_saved = fields.Integer(required=True, allow_none=True)
    department = fields.String(required=True)
    version = fields.String(required=True, allow_none=True)
    is_installed = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    hidden_reason = fields.String(required=True, allow_none=True)


StoryFacetsOut = Schema.from_dict(
    {name: fields.List(fields.Nested(FacetValueOut), required=True) for name in DIMENSIONS}, name="StoryFacetsOut"
)
"""The choices along each dimension."""


class StoryListOut(Schema):
    """One page of stories, the choices, and the cursor of the next page."""

    items = fields.List(fields.Nested(StoryOut), required=True)
    facets = fields.Nested(StoryFacetsOut, required=True)
    total = fields.Integer(required=True)
    did_you_mean = fields.String(required=True, allow_none=True)
    next = fields.String(required=True, allow_none=True)


def _require_match(story_id: str) -> None:
    """Refuse a write that starts from an older story; it is locked first, for two may write at once."""
    if has_preconditions():
        stories.lock_story(context(), story_id)
        require_match(StoryOut(), get_story(context(), story_id))


@bp.get("/stories")
@operation(Text("活用事例を探す", "Find stories"), query=StoryQuery(), answer=StoryListOut(), token=False)
def find_stories(query: dict[str, Any]) -> Result:
    found = list_stories(context(), StoryFilter(**query))
    listed = {"items": found.page.items, "facets": found.facets, "total": found.total}
    listed |= {"did_you_mean": found.did_you_mean, "next": found.page.next_cursor}
    return Result(listed, page_links(found.page.next_cursor))


@bp.post("/stories")
@operation(
    Text("自団体の活用事例を書く", "Tell a story of the own municipality"),
    body=NewStoryInput(),
    answer=StoryOut(),
    status=201,
    creates=True,
    refusals=(404, 409),
)
def create_story(data: dict[str, Any]) -> Result:
    story = stories.create_story(context(), data)
    return Result(get_story(context(), story.id), {"Location": f"/api/v1/stories/{story.id}"})


@bp.get("/stories/<story_id>")
@operation(Text("活用事例", "Read a story"), answer=StoryOut(), token=False)
def read_story(story_id: str) -> Result:
    return Result(get_story(context(), story_id))


@bp.put("/stories/<story_id>")
@operation(
    Text("自団体の活用事例を書き直す", "Rewrite an own story"), body=StoryInput(), answer=StoryOut(), matches=True
)
def replace_story(story_id: str, data: dict[str, Any]) -> Result:
    _require_match(story_id)
    stories.replace_story(context(), story_id, data)
    return Result(get_story(context(), story_id))


@bp.delete("/stories/<story_id>")
@operation(Text("自団体の活用事例を消す", "Delete an own story"), status=204, matches=True)
def delete_story(story_id: str) -> Result:
    _require_match(story_id)
    stories.delete_story(context(), story_id)
    return Result()
