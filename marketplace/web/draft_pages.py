"""Drafts as pages: what the checks found, what differs from the latest version, which number that demands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marketplace.kernel.text import Language, Text
from marketplace.web.comparison_page import ComparisonPage, show_changes

if TYPE_CHECKING:
    from marketplace.publishing.models import Draft


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """Something a check found."""

    severity: str
    file: str
    pointer: str
    title: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list."""

    id: str
    name: str
    number: str
    state: str
    """open, faulty, released or discarded."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything the page shows of a draft."""

    id: str
    name: str
    slug: str
    number: str
    size: int
    created_at: datetime
    findings: tuple[ShownFinding, ...]
    comparison: ComparisonPage | None
    """None for a template that has no version yet."""
    latest: str | None
    least: str | None
    is_open: bool
    can_be_released: bool


def show_draft_row(draft: Draft, language: Language) -> DraftRow:
    """Return what the list shows of a draft."""
    name = Text(draft.name_ja, draft.name_en).in_language(language)
    state = "faulty" if draft.closed_at is None and draft.errors else draft.state.value
    return DraftRow(draft.id, name, draft.number, state, draft.created_at)


def show_draft(draft: Draft, language: Language) -> DraftPage:
    """Return the page of a draft."""
    changes = draft.changes
    return DraftPage(
        id=draft.id,
        name=Text(draft.name_ja, draft.name_en).in_language(language),
        slug=draft.slug,
        number=draft.number,
        size=draft.size,
        created_at=draft.created_at,
        findings=tuple(read_finding(finding) for finding in draft.findings),
        comparison=show_changes(changes.changes, changes.bump, language) if changes.base else None,
        latest=changes.base,
        least=draft.least_version,
        is_open=draft.closed_at is None,
        can_be_released=draft.can_be_released,
    )


def read_finding(document: Mapping[str, Any]) -> ShownFinding:
    """Return a finding from the form it is kept in."""
    return ShownFinding(
        severity=document["severity"],
        file=document["file"],
        pointer=document["pointer"],
        title=Text(**document["title"]),
        remedy=Text(**document["remedy"]),
    )
