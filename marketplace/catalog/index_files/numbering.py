"""Gives each template that changed the next number of the feed, and closes segments that are full."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from marketplace.bundle.canonical import canonical_json
from marketplace.catalog.bundles import load_bundle
from marketplace.catalog.index_files.documents import Asks, template_document
from marketplace.catalog.index_files.models import IndexChange, IndexedTemplate, IndexSegment, IndexState
from marketplace.catalog.index_files.noting import INSERTS
from marketplace.catalog.models import WITHOUT_DOCUMENTS, Template, TemplateVersion
from marketplace.catalog.queries import versions_of
from marketplace.catalog.requirements import requirements_of
from marketplace.kernel.context import Context
from marketplace.mirror.feed import SEGMENT_ENTRIES, Entry, Segment
from marketplace.municipalities.models import Municipality
from marketplace.storage.errors import BlobDamagedError, BlobMissingError

STATE = 1


def due_templates(ctx: Context, most: int) -> list[str]:
    """Return templates that are to be numbered."""
    due = select(IndexedTemplate.template_id).where(IndexedTemplate.is_due).order_by(IndexedTemplate.template_id)
    return list(ctx.session.scalars(due.limit(most)))


def look_at_bundles(ctx: Context, template_ids: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Return what the versions of templates ask of a workspace; it reads files, so nobody is to wait for it."""
    chosen = select(TemplateVersion).where(TemplateVersion.template_id.in_(template_ids)).options(*WITHOUT_DOCUMENTS)
    return {version.digest: _asks(ctx, version) for version in ctx.session.scalars(chosen)}


def number_changes(ctx: Context, template_ids: Sequence[str], asks: Asks) -> int:
    """Number the templates whose file differs, and return how many were looked at.

    Those that are being changed at this moment have their turn later.
    """
    state = lock_state(ctx)
    wanted = IndexedTemplate.template_id.in_(template_ids) & IndexedTemplate.is_due
    chosen = select(IndexedTemplate).where(wanted).order_by(IndexedTemplate.template_id)
    free = ctx.session.scalars(chosen.with_for_update(skip_locked=True)).all()
    looked_at = sum(_number(ctx, state, indexed, asks) for indexed in free)
    ctx.session.flush()
    while state.number - state.closed >= SEGMENT_ENTRIES:
        _close_segment(ctx, state)
    return looked_at


def lock_state(ctx: Context) -> IndexState:
    """Return the one row, which nobody else changes until the transaction ends; without one a history begins."""
    if ctx.session.get(IndexState, STATE) is None:
        insert = INSERTS[ctx.session.get_bind().dialect.name](IndexState).on_conflict_do_nothing()
        ctx.session.execute(insert, [_beginning(ctx)])
    return ctx.session.get_one(IndexState, STATE, with_for_update=True, populate_existing=True)


def _beginning(ctx: Context) -> dict[str, Any]:
    """Return the state of a history that begins with what was numbered before, none of it written."""
    number = ctx.session.scalar(select(func.max(IndexChange.number))) or 0
    segment = ctx.session.scalar(select(IndexSegment).order_by(IndexSegment.last.desc()).limit(1))
    return {
        "id": STATE,
        "history": int(ctx.now().timestamp()),
        "number": number,
        "closed": 0 if segment is None else segment.last,
        "segment": None if segment is None else segment.sha256,
        "written": 0,
    }


def entries_after(ctx: Context, number: int, last: int) -> list[Entry]:
    """Return entries of the feed."""
    within = (IndexChange.number > number, IndexChange.number <= last)
    return [_entry(row) for row in ctx.session.scalars(select(IndexChange).where(*within).order_by(IndexChange.number))]


def _entry(row: IndexChange) -> Entry:
    return Entry(row.number, row.template, row.category, row.sha256, row.size, row.changed_at.isoformat())


def _asks(ctx: Context, version: TemplateVersion) -> dict[str, Any] | None:
    try:
        bundle = load_bundle(ctx, version)
    except (BlobMissingError, BlobDamagedError):
        return None
    asks, personal = requirements_of(bundle), bundle.manifest.personal_data
    handles = personal is not None and personal.handles
    return {"plugins": list(asks.plugins), "scripts": asks.has_script, "personal_data": handles}


def _number(ctx: Context, state: IndexState, indexed: IndexedTemplate, asks: Asks) -> bool:
    """Number one template; tell False if it was released again since the bundles were looked at."""
    template = ctx.session.get_one(Template, indexed.template_id)
    versions = versions_of(ctx, template.id)
    if any(version.digest not in asks for version in versions):
        return False
    publisher = ctx.session.get_one(Municipality, template.publisher_code)
    content = canonical_json(template_document(template, publisher, versions, asks))
    sha256 = hashlib.sha256(content).hexdigest()
    indexed.is_due = False
    if indexed.sha256 == sha256:
        return True
    state.number += 1
    indexed.number, indexed.sha256, indexed.content = state.number, sha256, content.decode("utf-8")
    ctx.session.add(
        IndexChange(
            number=state.number,
            template=f"{publisher.code}/{template.slug}",
            category=template.category,
            sha256=sha256,
            size=len(content),
            changed_at=ctx.now(),
        )
    )
    return True


def segment_file(ctx: Context, last: int) -> bytes:
    """Return the file of the full segment that ends with a number."""
    first = last - SEGMENT_ENTRIES
    before = ctx.session.get(IndexSegment, first)
    segment = Segment.of(None if before is None else before.sha256, entries_after(ctx, first, last))
    return canonical_json(segment.as_document())


def _close_segment(ctx: Context, state: IndexState) -> None:
    last = state.closed + SEGMENT_ENTRIES
    sha256 = hashlib.sha256(segment_file(ctx, last)).hexdigest()
    ctx.session.add(IndexSegment(last=last, sha256=sha256))
    ctx.session.flush()
    state.closed, state.segment = last, sha256
