"""Changing an open draft: a new bundle is written, and checked and scanned as an upload is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.audit.services import record
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.kernel.context import Context
from marketplace.publishing.answers import count_unanswered, findings_of
from marketplace.publishing.authors import author_of
from marketplace.publishing.bringing import held_ids, list_edits
from marketplace.publishing.errors import DraftChangedError
from marketplace.publishing.judging import judge
from marketplace.publishing.models import Draft, DraftEdit
from marketplace.publishing.queries import get_draft, lock_open_draft
from marketplace.publishing.scan.scanning import TOO_MANY
from marketplace.publishing.texts import apply_texts, merge, texts_of
from marketplace.publishing.texts_inputs import load_texts
from marketplace.storage.errors import BlobMissingError
from marketplace.storage.keeping import abandon_blobs


def load_draft_bundle(ctx: Context, draft: Draft) -> Bundle:
    """Return what a draft holds."""
    return read_zip(ctx.ports.blobs.get(draft.digest))


def get_texts(ctx: Context, draft_id: str) -> JsonObject:
    """Return the texts of a draft. Raises DraftNotFoundError."""
    return texts_of(load_draft_bundle(ctx, get_draft(ctx, draft_id)))


def edit_texts(ctx: Context, draft_id: str, data: Mapping[str, Any], revision: str | None = None) -> Draft:
    """Change texts and number of a draft; `data` holds what changes, as a merge patch of its texts.

    `revision` is the digest of what the caller started from. Raises DraftNotFoundError, DraftClosedError,
    DraftChangedError, ValidationError, or BundleRefusedError when what comes of it is no bundle any more.
    """
    draft = open_for_editing(ctx, draft_id, revision)
    bundle = load_draft_bundle(ctx, draft)
    current = texts_of(bundle)
    return rewrite(ctx, draft, apply_texts(bundle, load_texts(merge(current, data), current)))


def find_replaced_texts(ctx: Context, draft: Draft, revision: str) -> JsonObject | None:
    """Return the texts of a draft as they were before it was changed, or None if that is forgotten."""
    if revision not in {edit.replaced for edit in list_edits(ctx, draft)}:
        return None
    try:
        return texts_of(read_zip(ctx.ports.blobs.get(revision)))
    except BlobMissingError:
        return None  # It is swept some hours after it was replaced.


def open_for_editing(ctx: Context, draft_id: str, revision: str | None) -> Draft:
    """Return a draft to this caller alone, if it is still what the caller started from.

    Raises DraftNotFoundError, DraftClosedError or DraftChangedError.
    """
    draft = lock_open_draft(ctx, draft_id)
    if revision is not None and revision != draft.digest:
        raise DraftChangedError
    return draft


def rewrite(ctx: Context, draft: Draft, changed: Bundle) -> Draft:
    """Let a draft be about a changed bundle of the same template. Raises BundleRefusedError."""
    bundle = read_zip(write_zip(changed))  # as anybody would, so that the schemas vouch for it
    if digest_of(write_zip(bundle)) == draft.digest:
        return draft
    before, replaced = findings_of(ctx, draft), draft.digest
    judge(ctx, draft, bundle)
    edit = DraftEdit(
        draft_id=draft.id,
        position=len(list_edits(ctx, draft)) + 1,
        replaced=replaced,
        brought=sorted(held_ids(draft.findings) - held_ids(before)),
        was_cut_off=any(finding["code"] == TOO_MANY for finding in before),
        edited_by=author_of(ctx, draft.municipality_code, ctx.actor),
        edited_by_name=ctx.actor.name,
        edited_at=ctx.now(),
    )
    ctx.session.add(edit)
    ctx.session.flush()  # who brought what decides whose answers count
    draft.unanswered = count_unanswered(ctx, draft)
    abandon_blobs(ctx.session, [replaced])
    facts = {"slug": draft.slug, "number": draft.number, "digest": draft.digest, "replaced": replaced}
    record(ctx, "draft.edited", f"draft:{draft.id}", **facts)
    return draft
