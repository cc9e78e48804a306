"""Wanted apps as pages: cards, and what a reader may do with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from marketplace.community.wanted.models import WantedState
from marketplace.community.wanted.policy import may_write
from marketplace.community.wanted.queries import WantedDetail, WantedSummary
from marketplace.kernel.actor import Actor
from marketplace.kernel.text import Language, Text
from marketplace.search.highlighting import Piece, mark
from marketplace.search.phrases import Word
from marketplace.web.catalog_cards import publisher_name, template_address
from marketplace.web.dates import month_text

STATES: dict[WantedState, Text] = {
    WantedState.OPEN: Text("募集中", "Open"),
    WantedState.FULFILLED: Text("解決", "Fulfilled"),
    WantedState.CLOSED: Text("取り下げ", "Closed"),
}
EXCERPT = 120
"""Characters of the text that a card shows."""


@dataclass(frozen=True, slots=True)
class WantedCard:
    """One wanted app in a list, in one language."""

    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    address: str
    state: str
    state_name: str
    category: str
    department: str
    month: str
    """Empty when it is not needed by a certain one."""
    municipality: str
    vote_count: int
    answer_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A template that somebody says can be used, and what the reader may do with it."""

    id: str
    name: str
    address: str
    text: str
    municipality: str
    is_chosen: bool
    created_at: datetime
    may_delete: bool
    hidden_reason: str | None


@dataclass(frozen=True, slots=True)
class WantedPage:
    """Everything the page of a wanted app shows."""

    title: str
    text: str
    card: WantedCard
    reason: str
    settled_at: datetime | None
    voters: tuple[str, ...]
    answers: tuple[ShownAnswer, ...]
    is_open: bool
    is_own: bool
    """The reader may change it and decide how it ends."""
    may_write: bool
    has_voted: bool
    report: str
    """Kind and id, by which it is reported to the operator."""
    hidden_reason: str | None

    @property
    def address(self) -> str:
        """The address of the page, below which its acts are."""
        return self.card.address


def new_address(title: str) -> str:
    """Return the address of the form for a new wanted app, with its title filled in."""
    return "/wanted/new" + (f"?{urlencode({'title': title})}" if title else "")


def wanted_card(item: WantedSummary, language: Language, words: Sequence[Word] = ()) -> WantedCard:
    """Return what a list shows of a wanted app, with the words marked that were searched for."""
    excerpt = item.text if len(item.text) <= EXCERPT else f"{item.text[:EXCERPT]}…"
    return WantedCard(
        title=mark(item.title, words),
        excerpt=mark(" ".join(excerpt.split()), words),
        address=f"/wanted/{item.id}",
        state=item.state.value,
        state_name=STATES[item.state].in_language(language),
        category=item.category.name.in_language(language),
        department=item.department,
        month="" if item.month is None else month_text(item.month, language),
        municipality=publisher_name(item.municipality),
        vote_count=item.vote_count,
        answer_count=item.answer_count,
        created_at=item.created_at,
    )


def show_wanted(detail: WantedDetail, actor: Actor, language: Language) -> WantedPage:
    """Return the page of one wanted app."""
    code, writes = actor.municipality_code, may_write(actor)
    return WantedPage(
        title=detail.title,
        text=detail.text,
        card=wanted_card(detail, language),
        reason=detail.reason,
        settled_at=detail.settled_at,
        voters=tuple(publisher_name(each) for each in detail.voters),
        answers=tuple(
            ShownAnswer(
                answer.id,
                answer.template.name.in_language(language),
                template_address(answer.template.publisher, answer.template.slug),
                answer.text,
                publisher_name(answer.municipality),
                answer.is_chosen,
                answer.created_at,
                writes and answer.municipality.code == code and not answer.is_chosen,
                answer.hidden_reason,
            )
            for answer in detail.answers
        ),
        is_open=detail.state is WantedState.OPEN,
        is_own=writes and detail.municipality.code == code,
        may_write=writes,
        has_voted=code in {each.code for each in detail.voters},
        report=f"wanted-app/{detail.id}",
        hidden_reason=detail.hidden_reason,
    )
