"""Stories as values for pages: cards in lists, the page of one, the form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from marketplace.community.policy import may_tell_stories
from marketplace.community.stories_queries import StoryView
from marketplace.kernel.actor import Actor
from marketplace.kernel.text import Language, Text
from marketplace.search.highlighting import Piece, mark
from marketplace.search.phrases import Word
from marketplace.web.catalog_cards import publisher_name, template_address
from marketplace.web.forms import FormState, filled

FIELDS = ("title", "problem", "solution", "effect", "hours_saved", "department", "version")
BLANK_LINES = re.compile(r"\n\s*\n")
LEAD = 120
"""Characters of the problem that a card shows."""


@dataclass(frozen=True, slots=True)
class StoryCard:
    """One story in a list."""

    address: str
    title: tuple[Piece, ...]
    lead: tuple[Piece, ...]
    """How the problem begins, or where in its paragraphs the words stand that its title doesn't hold."""
    municipality: str
    department: str
    template: str
    template_address: str
    is_installed: bool
    hours_saved: int | None
    told_at: datetime


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Everything the page of one story shows."""

    address: str
    title: str
    parts: tuple[tuple[Text, tuple[str, ...]], ...]
    """The headings, each with its paragraphs."""
    municipality: str
    municipality_code: str
    department: str
    template: str
    template_address: str
    is_template_listed: bool
    category: str
    version: str | None
    hours_saved: int | None
    is_installed: bool
    told_at: datetime
    rewritten_at: datetime | None
    may_change: bool
    report: str
    """Kind and id, by which it is reported to the operator."""
    hidden_reason: str | None


def story_address(story_id: str) -> str:
    """Return the address of a story's page."""
    return f"/stories/{story_id}"


def stories_address(**chosen: str) -> str:
    """Return the address of the list of stories under some choices."""
    return "/stories" + (f"?{urlencode(chosen)}" if chosen else "")


def story_card(
    story: StoryView, language: Language, words: Sequence[Word] = (), found_in: tuple[Piece, ...] = ()
) -> StoryCard:
    """Return what lists show of a story, with the words marked that were searched for."""
    lead = " ".join(story.problem.split())
    return StoryCard(
        address=story_address(story.id),
        title=mark(story.title, words),
        lead=found_in or mark(lead if len(lead) <= LEAD else f"{lead[:LEAD]}…", words),
        municipality=publisher_name(story.municipality),
        department=story.department,
        template=story.template.name.in_language(language),
        template_address=template_address(story.template.publisher_code, story.template.slug),
        is_installed=story.is_installed,
        hours_saved=story.hours_saved,
        told_at=story.created_at,
    )


def show_story(story: StoryView, actor: Actor, language: Language) -> StoryPage:
    """Return the page of one story."""
    return StoryPage(
        address=story_address(story.id),
        title=story.title,
        parts=(
            (Text("困りごと", "The problem"), paragraphs_of(story.problem)),
            (Text("工夫", "What was done"), paragraphs_of(story.solution)),
            (Text("効果", "What came of it"), paragraphs_of(story.effect)),
        ),
        municipality=publisher_name(story.municipality),
        municipality_code=story.municipality.code,
        department=story.department,
        template=story.template.name.in_language(language),
        template_address=template_address(story.template.publisher_code, story.template.slug),
        is_template_listed=story.template.is_listed,
        category=story.template.category.name.in_language(language),
        version=story.version,
        hours_saved=story.hours_saved,
        is_installed=story.is_installed,
        told_at=story.created_at,
        rewritten_at=story.updated_at if story.updated_at > story.created_at else None,
        may_change=may_tell_stories(actor, story.municipality.code),
        report=f"story/{story.id}",
        hidden_reason=story.hidden_reason,
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text; a line break inside one stays."""
    return tuple(part.strip() for part in BLANK_LINES.split(text) if part.strip())


def story_data(sent: MultiDict[str, str]) -> dict[str, str]:
    """Return what a form says of a story; what may be left out is, when it is left empty."""
    given = {name: sent.get(name, "").strip() for name in FIELDS}
    return {name: value for name, value in given.items() if value or name not in {"hours_saved", "version"}}


def story_form(story: StoryView) -> FormState:
    """Return the form with what was told before."""
    told = {name: getattr(story, name) for name in FIELDS}
    shown = {name: "" if value is None else str(value) for name, value in told.items()}
    return filled(since=story.updated_at.isoformat(), **shown)


def read_since(sent: MultiDict[str, str]) -> datetime | None:
    """Return the moment of the text that a form was filled with; None where the form does not tell."""
    try:
        since = datetime.fromisoformat(sent.get("since", ""))
    except ValueError:
        return None
    return since if since.tzinfo else None
