"""Entries for the search index."""

from __future__ import annotations

from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.search import services
from marketplace.search.finding import Question, find
from marketplace.search.ranking import Weighing
from marketplace.search.services import Kind, Place, SearchEntry


def make_entry(
    ctx: Context,
    title: str = "備品台帳",
    *,
    keywords: list[str] | None = None,
    summary: str = "",
    body: list[str] | None = None,
    merit: int = 0,
    facets: dict[str, list[str]] | None = None,
    subject_id: str | None = None,
) -> str:
    """Index one entry and return its subject."""
    subject = subject_id or new_id()
    texts = {Place.TITLE: [title], Place.KEYWORD: keywords or [], Place.SUMMARY: [summary], Place.BODY: body or []}
    services.index_entry(ctx, SearchEntry(Kind.TEMPLATE, subject, texts, facets or {}, {"merit": merit}))
    return subject


def ranked(ctx: Context, text: str, limit: int = 1_000) -> list[tuple[str, int]]:
    """Return subjects and ranks for a query."""
    asked = Question(Kind.TEMPLATE, text, limit=limit)
    found = find(ctx, asked, (), Weighing(lambda columns, numbers: {"merit": columns.figure("merit", numbers)}))
    return [(entry.subject_id, entry.rank) for entry in found.entries]


def found_by(ctx: Context, text: str) -> list[str]:
    """Return the subjects for a query, the best first."""
    return [subject for subject, _ in ranked(ctx, text)]
