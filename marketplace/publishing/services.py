"""Uploading, releasing and discarding drafts, and withdrawing versions; every act is audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.audit.services import record
from marketplace.bundle.limits import MEGABYTE, STORED_ZIP_BYTES
from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.catalog.models import TemplateVersion
from marketplace.catalog.queries import get_version
from marketplace.catalog.services import add_version, mark_withdrawn
from marketplace.kernel.context import Context
from marketplace.publishing.checks import NUMBER_CODES, check_upload
from marketplace.publishing.errors import BundleTooLargeError, DraftClosedError, DraftHasErrorsError, TooManyDraftsError
from marketplace.publishing.inputs import WithdrawalInput
from marketplace.publishing.models import Draft, DraftState
from marketplace.publishing.policy import require_publisher, require_publisher_of
from marketplace.publishing.queries import count_open_drafts, get_draft, list_drafts
from marketplace.storage.keeping import keep_blob

__all__ = [
    "discard_draft",
    "get_draft",
    "keep_draft",
    "list_drafts",
    "release_draft",
    "require_room",
    "upload_draft",
    "withdraw_version",
]

MAX_OPEN_DRAFTS = 50


def upload_draft(ctx: Context, data: bytes) -> Draft:
    """Keep an uploaded bundle as a draft with what the checks found; one with errors can be looked at, not released.

    Raises BundleTooLargeError, TooManyDraftsError, or BundleRefusedError if it can't be read; then nothing is kept.
    """
    municipality_code = require_publisher(ctx.actor)
    if len(data) > STORED_ZIP_BYTES:
        raise BundleTooLargeError(megabytes=STORED_ZIP_BYTES // MEGABYTE)
    return keep_draft(ctx, municipality_code, read_zip(data), ctx.actor.person_id)


def keep_draft(ctx: Context, municipality_code: str, bundle: Bundle, created_by: str | None) -> Draft:
    """Keep a bundle as a draft of a municipality; the caller has checked who asks. Raises TooManyDraftsError."""
    require_room(ctx, municipality_code)
    checked = check_upload(ctx, municipality_code, bundle)
    canonical = write_zip(bundle)
    # Before the row: a rollback leaves a file too many, never one too few.
    keep_blob(ctx.session, ctx.ports.blobs, canonical)
    draft = Draft(
        municipality_code=municipality_code,
        slug=bundle.manifest.slug,
        number=bundle.manifest.version,
        name_ja=bundle.manifest.name.ja,
        name_en=bundle.manifest.name.en,
        state=DraftState.OPEN,
        digest=digest_of(canonical),
        size=len(canonical),
        findings=[finding.as_dict() for finding in checked.findings],
        changes_document=checked.changes.as_document(),
        least_version=checked.least_version,
        created_by=created_by,
        created_at=ctx.now(),
    )
    ctx.session.add(draft)
    ctx.session.flush()  # the audit log names the draft
    facts = {"slug": draft.slug, "number": draft.number, "digest": draft.digest}
    record(ctx, "draft.uploaded", f"draft:{draft.id}", municipality_code=municipality_code, **facts)
    return draft


def require_room(ctx: Context, municipality_code: str) -> None:
    """Refuse a draft more than a municipality may have open. Raises TooManyDraftsError."""
    if count_open_drafts(ctx, municipality_code) >= MAX_OPEN_DRAFTS:
        raise TooManyDraftsError(most=MAX_OPEN_DRAFTS)


def release_draft(ctx: Context, draft_id: str) -> TemplateVersion:
    """Make a draft an immutable version; its number is judged again, others may have released meanwhile.

    Raises DraftNotFoundError, DraftClosedError, DraftHasErrorsError, VersionExistsError or VersionTooSmallError.
    """
    draft = _open_draft(ctx, draft_id)
    bundle = read_zip(ctx.ports.blobs.get(draft.digest))
    blocking = [finding for finding in draft.errors if finding["code"] not in NUMBER_CODES]
    if blocking:
        raise DraftHasErrorsError(blocking)
    version = add_version(ctx, draft.municipality_code, bundle)
    draft.state = DraftState.RELEASED
    draft.closed_at = ctx.now()
    draft.version_id = version.id
    record(
        ctx,
        "version.released",
        f"version:{version.id}",
        slug=draft.slug,
        number=version.number,
        digest=version.digest,
        draft=draft.id,
    )
    return version


def discard_draft(ctx: Context, draft_id: str) -> None:
    """Give up a draft; its file is swept later if no version has the same content.

    Raises DraftNotFoundError or DraftClosedError.
    """
    draft = _open_draft(ctx, draft_id)
    draft.state = DraftState.DISCARDED
    draft.closed_at = ctx.now()
    record(ctx, "draft.discarded", f"draft:{draft.id}", slug=draft.slug, number=draft.number)


def withdraw_version(
    ctx: Context, publisher: str, slug: str, number: str, data: Mapping[str, Any] | str
) -> TemplateVersion:
    """Hide a version from new installs, with a reason for those who use it; who has it keeps it.

    Takes the reason, or the input that holds it ({"reason"}). Withdrawing twice keeps the first reason.
    Raises NotFoundError kinds, ForbiddenError, or ValidationError about the reason.
    """
    require_publisher_of(ctx.actor, publisher)
    reason = WithdrawalInput().load({"reason": data} if isinstance(data, str) else data)["reason"]
    version = get_version(ctx, publisher, slug, number)
    if not version.is_withdrawn:
        mark_withdrawn(ctx, version, reason)
        record(
            ctx,
            "version.withdrawn",
            f"version:{version.id}",
            municipality_code=publisher,
            slug=slug,
            number=number,
            reason=reason,
        )
    return version


def _open_draft(ctx: Context, draft_id: str) -> Draft:
    draft = get_draft(ctx, draft_id)
    ctx.session.flush()  # reading anew would lose what is not written yet
    ctx.session.refresh(draft, with_for_update=True)  # two people may decide at once
    if draft.state is not DraftState.OPEN:
        raise DraftClosedError
    return draft
