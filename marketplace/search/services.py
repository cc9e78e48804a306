"""Keeping the index in step with the data, in the transaction that changes the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select, update

from marketplace.kernel.context import Context
from marketplace.search import analysis
from marketplace.search.index import Backend, backend_of
from marketplace.search.models import IndexedEntry

MAX_BOOST = 999


class WeightClass(StrEnum):
    """Where a text stands; a hit in an earlier class ranks higher."""

    TITLE = "title"
    KEYWORD = "keyword"
    SUMMARY = "summary"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What is to be found under a subject: texts by weight class, and a boost from 0 to 1."""

    subject_id: str
    fields: Mapping[WeightClass, list[str]]
    boost: float = 0.0

    def texts(self, weight_class: WeightClass) -> list[str]:
        """Return the texts of one class."""
        return self.fields.get(weight_class, [])


def index_entry(ctx: Context, entry: SearchEntry) -> None:
    """Make a subject findable by these texts and no others."""
    row = ctx.session.scalar(select(IndexedEntry).where(IndexedEntry.subject_id == entry.subject_id))
    if row is None:
        row = IndexedEntry(subject_id=entry.subject_id)
        ctx.session.add(row)
    row.title_key = _keys(entry.texts(WeightClass.TITLE))
    row.keyword_key = _keys(entry.texts(WeightClass.KEYWORD))
    row.summary_key = _keys(entry.texts(WeightClass.SUMMARY))
    row.boost = stored_boost(entry.boost)
    ctx.session.flush()  # the index is written under the row's number
    texts = [text for weight_class in WeightClass for text in entry.texts(weight_class)]
    _backend(ctx).write(ctx.session.connection(), row.number, analysis.positions(texts))


def set_boost(ctx: Context, subject_id: str, boost: float) -> None:
    """Change how a subject ranks among equals; its texts stay as they are."""
    ctx.session.execute(
        update(IndexedEntry).where(IndexedEntry.subject_id == subject_id).values(boost=stored_boost(boost))
    )


def remove_entry(ctx: Context, subject_id: str) -> None:
    """Make a subject unfindable; removing what is not there is harmless."""
    number = ctx.session.scalar(select(IndexedEntry.number).where(IndexedEntry.subject_id == subject_id))
    if number is not None:
        _backend(ctx).erase(ctx.session.connection(), number)
        ctx.session.execute(delete(IndexedEntry).where(IndexedEntry.number == number))


def stored_boost(boost: float) -> int:
    """Round a boost to the thousandth that is stored: what is stored orders alike on both databases."""
    return round(min(max(boost, 0.0), 1.0) * MAX_BOOST)


def _backend(ctx: Context) -> Backend:
    return backend_of(ctx.session.connection().dialect.name)


def _keys(texts: list[str]) -> str:
    return "|" + "|".join(analysis.key(text) for text in texts) + "|"
