"""Tells who brought what may be personal into a draft: nobody answers for what they wrote themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.publishing.models import Draft, DraftEdit


@dataclass(frozen=True, slots=True)
class Bringers:
    """Who may not answer to which finding of a draft."""

    responsible: frozenset[str]
    """Who made the draft; empty if nobody is known."""
    brought: dict[str, frozenset[str]]
    """By finding, who brought it by an edit."""
    everybody: frozenset[str]
    """Who wrote in the draft."""
    known: frozenset[str]
    """The findings as the draft keeps them."""

    def of(self, finding_id: str) -> frozenset[str]:
        """Return those who may not answer; of what only newer rules find, everybody who wrote in the draft."""
        if finding_id not in self.known:
            return self.everybody
        return self.brought.get(finding_id, self.responsible)


def bringers_of(ctx: Context, draft: Draft) -> Bringers:
    """Return who brought the findings of a draft."""
    responsible = _known(draft.responsible_id)
    brought: dict[str, frozenset[str]] = {}
    everybody = responsible
    for edit in list_edits(ctx, draft):
        editor = _known(edit.edited_by)
        everybody |= editor
        brought |= dict.fromkeys(edit.brought, everybody if edit.was_cut_off else editor)
    return Bringers(responsible, brought, everybody, frozenset(held_ids(draft.findings)))


def list_edits(ctx: Context, draft: Draft) -> list[DraftEdit]:
    """Return what was done to a draft, first to last."""
    wanted = select(DraftEdit).where(DraftEdit.draft_id == draft.id).order_by(DraftEdit.position)
    return list(ctx.session.scalars(wanted))


def held_ids(findings: Collection[dict[str, object]]) -> set[str]:
    """Return the names of the findings that may be personal."""
    return {held["id"] for finding in findings if isinstance(held := finding.get("held"), dict)}


def _known(person_id: str | None) -> frozenset[str]:
    return frozenset() if person_id is None else frozenset({person_id})
