"""Uploading, releasing and discarding drafts, and withdrawing versions; every act is audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.audit.services import record, record_for_both
from marketplace.bundle.limits import MEGABYTE, STORED_ZIP_BYTES
from marketplace.bundle.model import SEVERITY_ERROR, Bundle
from marketplace.bundle.reading import read_zip
from marketplace.catalog.bundles import KeptBundle
from marketplace.catalog.models import TemplateVersion
from marketplace.catalog.queries import get_version
from marketplace.catalog.services import (
    Prepared,
    keep_version,
    mark_withdrawn,
    prepare_version,
    preview_demand,
    write_version,
)
from marketplace.db.writing import write_row
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ConflictError, InvalidError
from marketplace.kernel.ids import new_id
from marketplace.municipalities.queries import get_municipality
from marketplace.publishing.answers import count_unanswered, findings_of, require_answered
from marketplace.publishing.authors import author_of
from marketplace.publishing.checks import NUMBER_CODES
from marketplace.publishing.errors import BundleTooLargeError, DraftHasErrorsError, TooManyDraftsError
from marketplace.publishing.holding import close_hold, find_reasons, hold_draft, take_back
from marketplace.publishing.inputs import WithdrawalInput
from marketplace.publishing.judging import Judged, judge
from marketplace.publishing.models import Draft, DraftHold, DraftState, HoldDecision
from marketplace.publishing.pace import require_pace
from marketplace.publishing.policy import require_publisher, require_publisher_of
from marketplace.publishing.queries import (
    count_open_drafts,
    get_draft,
    list_drafts,
    lock_open_draft,
    lock_undecided_draft,
)

__all__ = [
    "check_again",
    "discard_draft",
    "get_draft",
    "keep_draft",
    "list_drafts",
    "make_version",
    "publish_bundle",
    "release_draft",
    "require_room",
    "take_back",
    "upload_draft",
    "withdraw_version",
]

MAX_OPEN_DRAFTS = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A draft just made, and how its bundle was judged."""

    draft: Draft
    judged: Judged


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a bundle that was to be published at once."""

    draft: Draft
    version: TemplateVersion | None
    """None while the operator looks at the draft first, and when its release was refused."""
    refusal: ConflictError | InvalidError | None = None
    """Why it was refused: a value, since the draft is kept."""


def upload_draft(ctx: Context, data: bytes) -> Draft:
    """Keep an uploaded bundle as a draft with what the checks found; one with errors can be looked at, not released.

    Raises BundleTooLargeError, TooManyDraftsError, or BundleRefusedError if it can't be read; then nothing is kept.
    """
    return _write_draft(ctx, _take_in(ctx, data)).draft


def publish_bundle(ctx: Context, data: bytes) -> Published:
    """Upload a bundle and release it in one act, with every check of the two; what can't be released stays a draft.

    Raises what upload_draft does, or ReleasedTooFastError; then nothing is kept.
    """
    upload = _take_in(ctx, data)
    draft, judged = upload.draft, upload.judged
    try:
        decided = _decide(ctx, draft, judged)
    except (ConflictError, InvalidError) as refusal:  # about what was sent: no other attempt would go better
        refusal.params["draft"] = _write_draft(ctx, upload).draft.id
        return Published(draft, None, refusal)
    if isinstance(decided, DraftHold):
        hold_draft(ctx, _write_draft(ctx, upload).draft, decided)
        return Published(draft, None)
    version = write_version(ctx, decided, judged.kept, ctx.actor.person_id)
    _close(ctx, draft, version)  # before it is written: it takes one statement instead of two
    _write_draft(ctx, upload)
    _note_release(ctx, draft, version)
    return Published(draft, version)


def _take_in(ctx: Context, data: bytes) -> Upload:
    municipality_code = require_publisher(ctx.actor)
    if len(data) > STORED_ZIP_BYTES:
        raise BundleTooLargeError(megabytes=STORED_ZIP_BYTES // MEGABYTE)
    author_id = author_of(ctx, municipality_code, ctx.actor)
    return _judge_draft(ctx, municipality_code, read_zip(data), ctx.actor.person_id, author_id)


def keep_draft(
    ctx: Context, municipality_code: str, bundle: Bundle, created_by: str | None, author_id: str | None = None
) -> Upload:
    """Keep a bundle as a draft of a municipality; the caller has checked who asks. Raises TooManyDraftsError."""
    return _write_draft(ctx, _judge_draft(ctx, municipality_code, bundle, created_by, author_id))


def _judge_draft(
    ctx: Context, municipality_code: str, bundle: Bundle, created_by: str | None, author_id: str | None
) -> Upload:
    """Return a draft that is not written yet; the file of its bundle is kept."""
    require_room(ctx, municipality_code)
    draft = Draft(
        id=new_id(),
        municipality_code=municipality_code,
        slug=bundle.manifest.slug,
        state=DraftState.OPEN,
        created_by=created_by,
        author_id=author_id,
        created_at=ctx.now(),
        hold=None,  # which else would be looked for when the draft is shown
    )
    judged = judge(ctx, draft, bundle)
    draft.unanswered = count_unanswered(ctx, draft)
    return Upload(draft, judged)


def _write_draft(ctx: Context, upload: Upload) -> Upload:
    draft = upload.draft
    write_row(ctx.session, draft)
    facts = {"slug": draft.slug, "number": draft.number, "digest": draft.digest}
    record(ctx, "draft.uploaded", f"draft:{draft.id}", municipality_code=draft.municipality_code, **facts)
    return upload


def require_room(ctx: Context, municipality_code: str) -> None:
    """Refuse a draft more than a municipality may have open. Raises TooManyDraftsError."""
    if count_open_drafts(ctx, municipality_code) >= MAX_OPEN_DRAFTS:
        raise TooManyDraftsError(most=MAX_OPEN_DRAFTS)


def release_draft(ctx: Context, draft_id: str) -> TemplateVersion | DraftHold:
    """Make a draft an immutable version, or let it wait for the operator where the policy says so.

    Its number is judged again, as others may have released meanwhile. Raises DraftNotFoundError, DraftHeldError,
    DraftClosedError, ReleasedTooFastError, VersionExistsError, VersionTooSmallError, or what check_again does.
    """
    draft = lock_open_draft(ctx, draft_id)
    require_pace(ctx, draft.municipality_code, draft.slug)
    findings = check_again(ctx, draft)
    kept = kept_bundle(ctx, draft)
    hold = find_reasons(ctx, draft, get_municipality(ctx, draft.municipality_code), findings)
    if hold is not None:
        preview_demand(ctx, draft.municipality_code, kept.bundle).require_met()
        return hold_draft(ctx, draft, hold)
    return make_version(ctx, draft, kept, ctx.actor.person_id)


def _decide(ctx: Context, draft: Draft, judged: Judged) -> Prepared | DraftHold:
    """Return what the release of a draft needs, or what the operator is asked first; nothing is written yet.

    Every refusal comes from here, so that the draft can be kept without taking back anything.
    """
    require_pace(ctx, draft.municipality_code, draft.slug)
    publisher, bundle = get_municipality(ctx, draft.municipality_code), judged.kept.bundle
    hold = find_reasons(ctx, draft, publisher, check_again(ctx, draft))
    if hold is not None:
        preview_demand(ctx, draft.municipality_code, bundle).require_met()
        return hold
    return prepare_version(ctx, publisher, bundle, judged.demand)


def check_again(ctx: Context, draft: Draft) -> list[dict[str, Any]]:
    """Return the findings of a locked draft by the rules of today, if none of them stands in the way of its release.

    Raises DraftHasErrorsError or FindingsUnansweredError.
    """
    findings = findings_of(ctx, draft)
    blocking = [one for one in findings if one["severity"] == SEVERITY_ERROR and one["code"] not in NUMBER_CODES]
    if blocking:
        raise DraftHasErrorsError(blocking)
    require_answered(ctx, draft, findings)
    return findings


def kept_bundle(ctx: Context, draft: Draft) -> KeptBundle:
    """Return what a draft is about, exactly as it was checked and looked at. Raises BlobMissingError kinds."""
    return KeptBundle(read_zip(ctx.ports.blobs.get(draft.digest)), draft.digest, draft.size)


def make_version(ctx: Context, draft: Draft, kept: KeptBundle, released_by: str | None) -> TemplateVersion:
    """Make a locked draft that was checked a version; the caller has checked who asks.

    Raises VersionExistsError or VersionTooSmallError.
    """
    version = keep_version(ctx, draft.municipality_code, kept, released_by)
    _close(ctx, draft, version)
    _note_release(ctx, draft, version)
    return version


def _close(ctx: Context, draft: Draft, version: TemplateVersion) -> None:
    draft.state = DraftState.RELEASED
    draft.closed_at = ctx.now()
    draft.version_id = version.id


def _note_release(ctx: Context, draft: Draft, version: TemplateVersion) -> None:
    record_for_both(
        ctx,
        "version.released",
        f"version:{version.id}",
        draft.municipality_code,
        slug=draft.slug,
        number=version.number,
        digest=version.digest,
        draft=draft.id,
    )


def discard_draft(ctx: Context, draft_id: str) -> None:
    """Give up a draft, also one that waits for the operator; its file is swept later if no version has the content.

    Raises DraftNotFoundError or DraftClosedError.
    """
    draft = lock_undecided_draft(ctx, draft_id)
    if draft.hold is not None and draft.state is DraftState.HELD:
        close_hold(ctx, draft.hold, HoldDecision.TAKEN_BACK)
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
