"""Finds wanted apps; anybody may read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select

from marketplace.catalog.categories import CATEGORIES, Category
from marketplace.catalog.models import Template
from marketplace.catalog.summaries import Publisher, publisher_of
from marketplace.community.policy import may_see_hidden
from marketplace.community.wanted.errors import WantedAppNotFoundError
from marketplace.community.wanted.models import WantedAnswer, WantedApp, WantedState, WantedVote
from marketplace.community.wanted.searchable import CREATED, VOTES
from marketplace.kernel.context import Context
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, Page
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality
from marketplace.search.columns import Columns
from marketplace.search.finding import Question, find
from marketplace.search.paging import cursor_after, place_of
from marketplace.search.phrases import Word
from marketplace.search.ranking import Weighing, Whole
from marketplace.search.selections import Numbers
from marketplace.search.services import Kind

PER_VOTE, MANY_VOTES = 5, 180
"""What a vote is worth beside the words; together below ten points of text."""
DIMENSIONS = ("state", "category")


class WantedSort(StrEnum):
    """The orders of the wanted list; without words, relevance goes by votes."""

    RELEVANCE = "relevance"
    VOTES = "votes"
    NEWEST = "newest"


FIGURES = {WantedSort.VOTES: VOTES, WantedSort.NEWEST: CREATED}


@dataclass(frozen=True, slots=True)
class WantedFilter:
    """What the wanted list shall show; nothing given leaves a dimension open."""

    q: str = ""
    states: Sequence[WantedState] = ()
    categories: Sequence[str] = ()
    prefecture: str | None = None
    size_class: str | None = None
    sort: WantedSort = WantedSort.RELEVANCE
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """The values chosen, by dimension."""
        given = {
            "state": tuple(self.states),
            "category": tuple(self.categories),
            "prefecture": () if self.prefecture is None else (self.prefecture,),
            "size_class": () if self.size_class is None else (self.size_class,),
        }
        return {name: values for name, values in given.items() if values}


@dataclass(frozen=True, slots=True)
class WantedSummary:
    """One wanted app in a list."""

    id: str
    municipality: Publisher
    title: str
    text: str
    category: Category
    department: str
    month: int | None
    state: WantedState
    reason: str
    vote_count: int
    answer_count: int
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None
    hidden_reason: str | None
    """Why the operator hid it, as only its municipality reads; None for one that is shown."""


@dataclass(frozen=True, slots=True)
class AnsweringTemplate:
    """The template that an answer names."""

    publisher: str
    slug: str
    name: Text


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A template that somebody says can be used."""

    id: str
    template: AnsweringTemplate
    municipality: Publisher
    text: str
    is_chosen: bool
    created_at: datetime
    hidden_reason: str | None


@dataclass(frozen=True, slots=True)
class WantedDetail(WantedSummary):
    """A wanted app with who wants it too and what was answered, the oldest first."""

    voters: tuple[Publisher, ...] = ()
    answers: tuple[AnswerView, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedList:
    """One page, how many there are on all pages, and how many each choice would leave."""

    page: Page[WantedSummary]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    words: tuple[Word, ...] = ()


def list_wanted(ctx: Context, wanted: WantedFilter) -> WantedList:
    """Return the wanted apps that fit a filter; always the same small number of queries. Raises CursorInvalidError."""
    place = place_of(wanted.cursor, wanted.sort, ctx.now())
    asked = Question(
        Kind.WANTED,
        wanted.q,
        wanted.chosen,
        limit=max(1, min(wanted.limit, MAX_LIMIT)),
        after=place.after,
        weights=place.weights,
        figure=FIGURES.get(wanted.sort, ""),
    )
    found = find(ctx, asked, DIMENSIONS, Weighing(_merits))
    listed = _summaries(ctx, [entry.subject_id for entry in found.entries])
    summaries = [summary for summary in listed if summary.hidden_reason is None]
    words = tuple(match.word for match in found.words)
    return WantedList(Page(summaries, cursor_after(found, wanted.sort, place)), found.total, found.counts, words)


def get_wanted(ctx: Context, wanted_id: str) -> WantedDetail:
    """Return a wanted app with its voters and answers; what is hidden, to those it is of.

    Raises WantedAppNotFoundError.
    """
    found = _summaries(ctx, [wanted_id]) if wanted_id.isascii() and wanted_id.isalnum() else []
    if not found or (found[0].hidden_reason is not None and not may_see_hidden(ctx.actor, found[0].municipality.code)):
        raise WantedAppNotFoundError
    shown = {name: getattr(found[0], name) for name in WantedSummary.__slots__}
    return WantedDetail(**shown, voters=_voters(ctx, wanted_id), answers=_answers(ctx, wanted_id))


def _merits(columns: Columns, numbers: Numbers) -> Mapping[str, Whole]:
    return {VOTES: np.minimum(columns.figure(VOTES, numbers), MANY_VOTES) * PER_VOTE}


def _summaries(ctx: Context, ids: Sequence[str]) -> list[WantedSummary]:
    shown = select(WantedAnswer.wanted_id, func.count().label("answers")).where(WantedAnswer.hidden_at.is_(None))
    counted = shown.group_by(WantedAnswer.wanted_id).subquery()
    chosen: Select[Any, Any, Any] = select(WantedApp, Municipality, func.coalesce(counted.c.answers, 0))
    chosen = chosen.join(Municipality, Municipality.code == WantedApp.municipality_code)
    chosen = chosen.outerjoin(counted, counted.c.wanted_id == WantedApp.id)
    rows = ctx.session.execute(chosen.where(WantedApp.id.in_(ids)))
    by_id = {row.id: _summary(row, municipality, answers) for row, municipality, answers in rows}
    return [by_id[each] for each in ids if each in by_id]


def _summary(row: WantedApp, municipality: Municipality, answers: int) -> WantedSummary:
    return WantedSummary(
        id=row.id,
        municipality=publisher_of(municipality),
        title=row.title,
        text=row.text,
        category=CATEGORIES[row.category],
        department=row.department,
        month=row.month,
        state=row.state,
        reason=row.reason,
        vote_count=row.vote_count,
        answer_count=answers,
        created_at=row.created_at,
        updated_at=row.updated_at,
        settled_at=row.settled_at,
        hidden_reason=row.hidden_reason,
    )


def _voters(ctx: Context, wanted_id: str) -> tuple[Publisher, ...]:
    chosen = select(Municipality).join(WantedVote, WantedVote.municipality_code == Municipality.code)
    chosen = chosen.where(WantedVote.wanted_id == wanted_id).order_by(WantedVote.voted_at, Municipality.code)
    return tuple(publisher_of(each) for each in ctx.session.scalars(chosen))


def _answers(ctx: Context, wanted_id: str) -> tuple[AnswerView, ...]:
    is_chosen = WantedAnswer.id == func.coalesce(WantedApp.answer_id, "")
    chosen: Select[Any, Any, Any, Any] = select(WantedAnswer, Template, Municipality, is_chosen)
    chosen = chosen.join(WantedApp, WantedApp.id == WantedAnswer.wanted_id)
    chosen = chosen.join(Template, Template.id == WantedAnswer.template_id)
    chosen = chosen.join(Municipality, Municipality.code == WantedAnswer.municipality_code)
    ordered = chosen.where(WantedApp.id == wanted_id).order_by(WantedAnswer.created_at, WantedAnswer.id)
    rows = ctx.session.execute(ordered)
    return tuple(
        _answer(*row) for row in rows if not row[0].is_hidden or may_see_hidden(ctx.actor, row[0].municipality_code)
    )


def _answer(answer: WantedAnswer, template: Template, municipality: Municipality, is_chosen: object) -> AnswerView:
    named = AnsweringTemplate(template.publisher_code, template.slug, Text(template.name_ja, template.name_en))
    return AnswerView(
        id=answer.id,
        template=named,
        municipality=publisher_of(municipality),
        text=answer.text,
        is_chosen=bool(is_chosen),
        created_at=answer.created_at,
        hidden_reason=answer.hidden_reason,
    )
