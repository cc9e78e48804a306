"""Releases of municipalities that wait for the operator: looked at, let pass, or turned back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.accounts.policy import require_operator
from marketplace.audit.services import record_for_both
from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.catalog.inputs import is_plain
from marketplace.catalog.models import TemplateVersion
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.operating.inputs import HeldReleaseInput, TurningBackInput
from marketplace.operating.letters import tell_of_release, tell_of_turning_back
from marketplace.publishing.answers import AnsweredFinding, answers_to, findings_of
from marketplace.publishing.bringing import bringers_of
from marketplace.publishing.errors import DraftNotFoundError, HeldDraftChangedError, OwnDraftHeldError
from marketplace.publishing.holding import close_hold
from marketplace.publishing.models import Draft, DraftHold, DraftState, HoldDecision
from marketplace.publishing.queries import lock_draft, require_held
from marketplace.publishing.services import check_again, kept_bundle, make_version

MOST_WAITING, MOST_DECIDED, MOST_EARLIER = 100, 50, 20


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft that waits or waited, and whose it is."""

    draft: Draft
    hold: DraftHold
    municipality: Municipality


@dataclass(frozen=True, slots=True)
class HeldContent:
    """What there is to look at before a decision."""

    held: HeldDraft
    bundle: Bundle
    findings: list[dict[str, Any]]
    """By the rules of today."""
    answered: list[AnsweredFinding]
    earlier: list[HeldDraft]
    """Other drafts of the same template that the operator decided on, the latest first."""
    is_own: bool
    """Whether whoever looks made it, and so can't decide."""


def list_held(ctx: Context) -> list[HeldDraft]:
    """Return what waits, the longest first."""
    require_operator(ctx.actor)
    waiting = _views().where(Draft.state == DraftState.HELD).order_by(DraftHold.asked_at, Draft.id)
    return [HeldDraft(*row) for row in ctx.session.execute(waiting.limit(MOST_WAITING))]


def list_decided(ctx: Context) -> list[HeldDraft]:
    """Return what was decided, by the operator or by the author who took it back, the latest first."""
    require_operator(ctx.actor)
    decided = _views().where(DraftHold.decided_at.is_not(None)).order_by(DraftHold.decided_at.desc(), Draft.id)
    return [HeldDraft(*row) for row in ctx.session.execute(decided.limit(MOST_DECIDED))]


def count_held(ctx: Context) -> int:
    """Return how many wait."""
    require_operator(ctx.actor)
    return ctx.session.scalar(select(func.count()).where(Draft.state == DraftState.HELD)) or 0


def get_held(ctx: Context, draft_id: str) -> HeldDraft:
    """Return a draft that waits or waited; the operator sees no other. Raises DraftNotFoundError."""
    require_operator(ctx.actor)
    row = ctx.session.execute(_views().where(Draft.id == draft_id)).one_or_none() if is_plain(draft_id) else None
    if row is None:
        raise DraftNotFoundError
    return HeldDraft(*row)


def look_into(ctx: Context, draft_id: str) -> HeldContent:
    """Return what there is to look at. Raises DraftNotFoundError or DraftNotHeldError."""
    held = get_held(ctx, draft_id)
    require_held(held.draft)
    draft = held.draft
    findings = findings_of(ctx, draft)
    earlier = (
        _views()
        .where(Draft.municipality_code == draft.municipality_code, Draft.slug == draft.slug, Draft.id != draft.id)
        .where(DraftHold.decided_at.is_not(None))
        .order_by(DraftHold.decided_at.desc(), Draft.id)
    )
    return HeldContent(
        held=held,
        bundle=read_zip(ctx.ports.blobs.get(draft.digest)),
        findings=findings,
        answered=answers_to(ctx, draft, findings),
        earlier=[HeldDraft(*row) for row in ctx.session.execute(earlier.limit(MOST_EARLIER))],
        is_own=_is_own(ctx, draft),
    )


def release_held(ctx: Context, draft_id: str, data: Mapping[str, object]) -> TemplateVersion:
    """Let a draft become a version, exactly as it was looked at ({"digest"}); everything is checked once more.

    Raises DraftNotFoundError, DraftNotHeldError, OwnDraftHeldError, HeldDraftChangedError, ValidationError, or what
    the release of a draft does.
    """
    require_operator(ctx.actor)
    given: dict[str, Any] = HeldReleaseInput().load(dict(data))
    draft, hold = _lock(ctx, draft_id, given["digest"])
    check_again(ctx, draft)
    close_hold(ctx, hold, HoldDecision.RELEASED)
    version = make_version(ctx, draft, kept_bundle(ctx, draft), hold.asked_by)
    tell_of_release(ctx, draft, hold)
    return version


def turn_back(ctx: Context, draft_id: str, data: Mapping[str, object]) -> Draft:
    """Give a draft back to its author with a reason ({"digest", "reason"}); it stays a draft.

    Raises DraftNotFoundError, DraftNotHeldError, OwnDraftHeldError, HeldDraftChangedError or ValidationError.
    """
    require_operator(ctx.actor)
    given: dict[str, Any] = TurningBackInput().load(dict(data))
    draft, hold = _lock(ctx, draft_id, given["digest"])
    close_hold(ctx, hold, HoldDecision.TURNED_BACK, given["reason"])
    draft.state = DraftState.OPEN
    facts = {"slug": draft.slug, "number": draft.number, "digest": draft.digest, "reason": given["reason"]}
    record_for_both(ctx, "draft.turned-back", f"draft:{draft.id}", draft.municipality_code, **facts)
    tell_of_turning_back(ctx, draft, hold)
    return draft


def _lock(ctx: Context, draft_id: str, seen: str) -> tuple[Draft, DraftHold]:
    draft = lock_draft(ctx, get_held(ctx, draft_id).draft)
    hold = require_held(draft)
    if _is_own(ctx, draft):
        raise OwnDraftHeldError
    if not seen == hold.digest == draft.digest:
        raise HeldDraftChangedError
    return draft, hold


def _is_own(ctx: Context, draft: Draft) -> bool:
    person_id = ctx.actor.person_id
    if person_id is None:
        return False
    return person_id in bringers_of(ctx, draft).everybody or (
        draft.hold is not None and draft.hold.asked_by == person_id
    )


def _views() -> Select[Draft, DraftHold, Municipality]:
    return (
        select(Draft, DraftHold, Municipality)
        .join(DraftHold, DraftHold.draft_id == Draft.id)
        .join(Municipality, Municipality.code == Draft.municipality_code)
    )
