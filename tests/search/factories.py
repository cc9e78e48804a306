"""Entries for the search index."""

from __future__ import annotations

from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.search import services
from marketplace.search.services import SearchEntry, WeightClass


def make_entry(
    ctx: Context,
    title: str = "備品台帳",
    *,
    keywords: list[str] | None = None,
    summary: str = "",
    body: list[str] | None = None,
    boost: float = 0.0,
    subject_id: str | None = None,
) -> str:
    """Index one entry and return its subject."""
    subject = subject_id or new_id()
    fields = {
        WeightClass.TITLE: [title],
        WeightClass.KEYWORD: keywords or [],
        WeightClass.SUMMARY: [summary],
        WeightClass.BODY: body or [],
    }
    services.index_entry(ctx, SearchEntry(subject, fields, boost))
    return subject
