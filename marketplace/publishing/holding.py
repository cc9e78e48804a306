"""Releases that wait for the operator: asked for by the author, who may take them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from marketplace.audit.services import record
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.db.reading import read_rows
from marketplace.kernel.context import Context
from marketplace.municipalities.models import Municipality
from marketplace.publishing.authors import author_of
from marketplace.publishing.models import Draft, DraftHold, DraftState, HoldDecision
from marketplace.publishing.policy import Standing, holding_findings, may_hold, reasons_to_hold
from marketplace.publishing.queries import get_draft, lock_draft, require_held

_draft, _version = Draft.__table__.c, TemplateVersion.__table__.c
_AUTHOR_RELEASED = select(
    exists()
    .where(_version.id == _draft.version_id, _version.withdrawn_at.is_(None))
    .where(_draft.municipality_code == bindparam("municipality"))
    .where(func.coalesce(_draft.author_id, _draft.created_by) == bindparam("author"))
)


def find_reasons(
    ctx: Context, draft: Draft, publisher: Municipality, findings: Sequence[dict[str, Any]]
) -> DraftHold | None:
    """Return what the operator would be asked about a draft, not kept yet; None if it may be released at once."""
    standing = _standing(ctx, draft, publisher, findings)
    reasons = reasons_to_hold(standing, findings)
    if not reasons:
        return None
    return DraftHold(
        draft_id=draft.id,
        digest=draft.digest,
        reasons=[reason.value for reason in reasons],
        finding_ids=holding_findings(standing, findings),
        asked_by=author_of(ctx, draft.municipality_code, ctx.actor),
        asked_by_name=ctx.actor.name,
        asked_at=ctx.now(),
        decision=None,
        reason="",
        decided_by="",
        decided_at=None,
    )


def hold_draft(ctx: Context, draft: Draft, hold: DraftHold) -> DraftHold:
    """Let a locked draft wait for the operator; what was decided on it before is in the log."""
    hold = ctx.session.merge(hold)  # there is one row for each draft
    draft.hold, draft.state = hold, DraftState.HELD
    facts = {"slug": draft.slug, "number": draft.number, "digest": draft.digest, "reasons": hold.reasons}
    record(ctx, "draft.held", f"draft:{draft.id}", **facts)
    return hold


def take_back(ctx: Context, draft_id: str) -> Draft:
    """Let a draft of the caller's municipality wait no longer; it is as it was before its release was asked for.

    Raises DraftNotFoundError or DraftNotHeldError.
    """
    draft = lock_draft(ctx, get_draft(ctx, draft_id))
    close_hold(ctx, require_held(draft), HoldDecision.TAKEN_BACK)
    draft.state = DraftState.OPEN
    record(ctx, "draft.taken-back", f"draft:{draft.id}", slug=draft.slug, number=draft.number)
    return draft


def close_hold(ctx: Context, hold: DraftHold, decision: HoldDecision, reason: str = "") -> None:
    """Note what was decided, by whom and when; the caller has locked the draft."""
    hold.decision, hold.reason = decision, reason
    hold.decided_by, hold.decided_at = ctx.actor.name, ctx.now()


def _standing(ctx: Context, draft: Draft, publisher: Municipality, findings: Sequence[dict[str, Any]]) -> Standing:
    passed = _passed(ctx, draft) if may_hold(findings) else frozenset()
    if publisher.is_verified:
        return Standing.of_verified(passed)
    has_author_released = draft.responsible_id is not None and _has_author_released(ctx, draft)
    return Standing(
        is_verified=False,
        has_released=has_author_released or _has_released(ctx, draft.municipality_code),
        has_author_released=has_author_released,
        passed=passed,
    )


def _has_released(ctx: Context, municipality_code: str) -> bool:
    released = exists().where(Template.publisher_code == municipality_code)
    released = released.where(TemplateVersion.template_id == Template.id, TemplateVersion.withdrawn_at.is_(None))
    return bool(ctx.session.scalar(select(released)))


def _has_author_released(ctx: Context, draft: Draft) -> bool:
    given = {"municipality": draft.municipality_code, "author": draft.responsible_id}
    return bool(read_rows(ctx.session, _AUTHOR_RELEASED, given).scalar_one())


def _passed(ctx: Context, draft: Draft) -> frozenset[str]:
    passed = (
        select(DraftHold.finding_ids)
        .join(Draft, Draft.id == DraftHold.draft_id)
        .where(Draft.municipality_code == draft.municipality_code, Draft.slug == draft.slug)
        .where(DraftHold.decision == HoldDecision.RELEASED)
    )
    return frozenset(one for ids in ctx.session.scalars(passed) for one in ids)
