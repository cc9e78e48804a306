"""Stories: who tells them, what may stand in them, and that the search follows every change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.services import mark_withdrawn
from marketplace.community import stories
from marketplace.community.errors import StoryNotFoundError, TooManyStoriesError
from marketplace.community.stories_entries import index_stories
from marketplace.community.stories_listing import StoryFilter, StorySort, list_stories, snippets_of
from marketplace.community.stories_queries import get_story, newest_stories
from marketplace.kernel.actor import ANONYMOUS, Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.kernel.pages import CursorInvalidError
from marketplace.search.services import remove_entry
from tests.catalog_domain.factories import (
    ASAHIKAWA,
    OSAKA,
    SHIMOTSUMA,
    SLUG,
    make_actor,
    make_municipality,
    make_template,
    make_version,
)
from tests.community.factories import make_installation, make_story, story_data
from tests.fakes import FixedClock

ContextOf = Callable[[Actor], Context]


@pytest.fixture
def teller(ctx: Context, context_of: ContextOf) -> Context:
    """A municipality beside the one that published the template."""
    make_version(ctx)
    make_municipality(ctx.session, SHIMOTSUMA)
    return context_of(make_actor(SHIMOTSUMA))


def found(ctx: Context, **wanted: Any) -> list[str]:
    return [story.title for story in list_stories(ctx, StoryFilter(**wanted)).page.items]


def test_a_story_is_shown_with_its_municipality_its_template_and_what_was_written(teller: Context) -> None:
    story = make_story(teller, hours_saved="120", version="1.0.0", effect=" 速くなった\r\nです ")
    view = get_story(teller, story.id)
    assert (view.municipality.name, view.template.slug, view.version) == ("下妻市", SLUG, "1.0.0")
    assert (view.effect, view.hours_saved, view.department) == ("速くなった\nです", 120, "農政課")
    assert view.is_installed is False


def test_that_the_municipality_installed_the_template_is_told_as_a_fact(teller: Context, ctx: Context) -> None:
    story = make_story(teller)
    make_installation(ctx, make_version(ctx, "1.0.1"))
    assert get_story(teller, story.id).is_installed


@pytest.mark.parametrize("q", ["ほじょきん", "電卓", "下妻", "しもつま", "hojokin", "窓口"])
def test_a_story_is_found_by_its_words_their_readings_and_its_municipality(teller: Context, q: str) -> None:
    make_story(teller, title="補助金の集計を一日で終える")
    make_story(teller, title="別の話", problem="x", solution="x", effect="x", department="")
    assert found(teller, q=q)[0] == "補助金の集計を一日で終える"


def test_where_a_word_stands_inside_a_story_is_shown(teller: Context) -> None:
    story = make_story(teller)
    found = list_stories(teller, StoryFilter(q="電卓"))
    [pieces] = snippets_of(teller, found).values()
    assert [piece.text for piece in pieces if piece.is_hit] == ["電卓"]
    assert found.page.items[0].id == story.id


def test_lists_are_filtered_and_counted_by_category_prefecture_template_and_municipality(
    teller: Context, context_of: ContextOf, ctx: Context
) -> None:
    make_template(ctx, "shelter", category="bosai")
    make_municipality(ctx.session, OSAKA)
    make_story(teller, title="茨城の話")
    make_story(context_of(make_actor(OSAKA)), title="大阪の話", template=f"{ASAHIKAWA}/shelter")
    assert found(teller, category=["bosai"]) == found(teller, prefecture=["大阪府"]) == ["大阪の話"]
    assert found(teller, template=f"{ASAHIKAWA}/{SLUG}") == found(teller, municipality=SHIMOTSUMA) == ["茨城の話"]
    assert found(teller, template="nobody/nothing") == found(teller, category=["none"]) == []
    facets = list_stories(teller, StoryFilter()).facets
    assert {value.value: value.count for value in facets["prefecture"]} == {"大阪府": 1, "茨城県": 1}


def test_a_list_is_read_newest_first_page_by_page(teller: Context, clock: FixedClock) -> None:
    for title in ("一", "二", "三"):
        make_story(teller, title=title)
        clock.advance(days=1)
    first = list_stories(teller, StoryFilter(limit=2))
    rest = list_stories(teller, StoryFilter(limit=2, cursor=first.page.next_cursor))
    assert [story.title for story in (*first.page.items, *rest.page.items)] == ["三", "二", "一"]
    assert (first.total, rest.page.next_cursor) == (3, None)
    with pytest.raises(CursorInvalidError):
        list_stories(teller, StoryFilter(q="話", sort=StorySort.RELEVANCE, cursor=first.page.next_cursor))


def test_rewriting_and_deleting_are_followed_by_the_search_and_audited(teller: Context, clock: FixedClock) -> None:
    story = make_story(teller, title="当番表")
    clock.advance(days=1)
    stories.replace_story(teller, story.id, story_data(title="混雑予報"))
    assert (found(teller, q="混雑予報"), found(teller, q="当番表")) == (["混雑予報"], [])
    view = get_story(teller, story.id)
    assert view.created_at < view.updated_at
    stories.delete_story(teller, story.id)
    assert found(teller) == []
    with pytest.raises(StoryNotFoundError):
        stories.delete_story(teller, story.id)
    acts = set(teller.session.scalars(select(AuditEvent.act)))
    assert acts >= {"story.created", "story.replaced", "story.deleted"}


def test_stories_are_hidden_with_their_template_and_come_back_with_its_next_version(
    teller: Context, ctx: Context, clock: FixedClock
) -> None:
    version = make_version(ctx, slug="shelter")
    story = make_story(teller, template=f"{ASAHIKAWA}/shelter")
    mark_withdrawn(ctx, version, "誤り")
    assert found(teller) == []
    stories.replace_story(teller, story.id, story_data())
    assert found(teller) == []
    assert not get_story(teller, story.id).template.is_listed
    with pytest.raises(TemplateNotFoundError):
        make_story(teller, template=f"{ASAHIKAWA}/shelter")
    clock.advance(days=1)
    make_version(ctx, "1.0.1", slug="shelter", name={"ja": "避難所の名簿", "en": "Shelters"}, category="bosai")
    assert found(teller, q="避難所", category=["bosai"]) == [story.title]


def test_what_the_index_lacks_is_put_in_again(teller: Context) -> None:
    story = make_story(teller)
    assert index_stories(teller) == 0
    remove_entry(teller, story.id)
    assert index_stories(teller) == 1
    assert len(found(teller, q="ほじょきん")) == 1


def test_only_members_who_may_write_reviews_tell_stories(teller: Context, context_of: ContextOf) -> None:
    story = make_story(teller)
    for actor, refusal in (
        (make_actor(SHIMOTSUMA, Permission.WORKSPACES_READ), ForbiddenError),
        (ANONYMOUS, UnauthenticatedError),
    ):
        for act in (
            make_story,
            lambda ctx: stories.replace_story(ctx, story.id, story_data()),
            lambda ctx: stories.delete_story(ctx, story.id),
        ):
            with pytest.raises(refusal):
                act(context_of(actor))


def test_another_municipality_can_not_change_a_story(teller: Context, context_of: ContextOf) -> None:
    story = make_story(teller)
    other = context_of(make_actor(OSAKA))
    with pytest.raises(StoryNotFoundError):
        stories.replace_story(other, story.id, story_data())
    with pytest.raises(StoryNotFoundError):
        stories.delete_story(other, story.id)
    with pytest.raises(StoryNotFoundError):
        stories.delete_story(other, "\x00")


def test_a_municipality_may_tell_several_stories_of_one_template_but_not_any_number(
    teller: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "MOST_STORIES", 2)
    kept = [make_story(teller).id, make_story(teller).id]
    with pytest.raises(TooManyStoriesError):
        make_story(teller)
    template_id = get_story(teller, kept[0]).template.id
    assert {story.id for story in newest_stories(teller, template_id, 3)} == set(kept)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "あ" * 101),
        ("title", "二\n行"),
        ("problem", "あ" * 2001),
        ("effect", "a\x00"),
        ("effect", None),
        ("hours_saved", "-1"),
        ("hours_saved", 1_000_001),
        ("hours_saved", "3.5"),
        ("department", "農政課\n係"),
        ("version", "9.9.9"),
        ("problem", "担当は 090-1234-5678 です"),
        ("problem", "担当は０９０−１２３４−５６７８です"),
        ("solution", "電話は03(1234)5678"),
        ("solution", "電話は0312345678へ"),
        ("effect", "taro@example.lg.jp へどうぞ"),
        ("title", "1234 5678 9018 の人"),
        ("unknown", "x"),
    ],
)
def test_a_strange_story_is_refused_at_its_field(teller: Context, field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        make_story(teller, **{field: value})
    assert list(refused.value.messages) == [field]
    assert found(teller) == []


def test_dates_counts_and_decrees_are_no_personal_data(teller: Context) -> None:
    text = "2026-11-28に1,234,567円、0.5時間、要綱第03-12号、123456789012件、マイナンバーカード交付"
    assert make_story(teller, problem=text).problem == text
