"""Answers to findings that may be personal data: each by a person who did not bring it into the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.services import record
from marketplace.bundle.reading import read_zip
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.municipalities.queries import find_members
from marketplace.municipalities.roles import permissions_of
from marketplace.publishing.bringing import bringers_of
from marketplace.publishing.errors import FindingNotFoundError, FindingsUnansweredError, SecondPersonNeededError
from marketplace.publishing.inputs import ANSWER_WRONG, FindingAnswerInput
from marketplace.publishing.models import AnswerKind, Draft, DraftState, FindingAnswer
from marketplace.publishing.policy import require_answerer, require_publisher
from marketplace.publishing.queries import UNDECIDED, get_draft, lock_open_draft
from marketplace.publishing.scan.held import OF_SCRIPTS
from marketplace.publishing.scan.scanning import RULES, is_of_scan, scan

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnsweredFinding:
    """A finding that needs an answer, as the draft keeps it, and the answer that counts for this draft."""

    finding: Document
    answer: FindingAnswer | None
    barred: frozenset[str]
    """Who brought it, and can't answer."""


def findings_of(ctx: Context, draft: Draft) -> list[Document]:
    """Return the findings of a draft; an undecided one is scanned anew if the rules have changed since."""
    if draft.state not in UNDECIDED or draft.scan_rules == RULES:
        return list(draft.findings)
    others = [finding for finding in draft.findings if not is_of_scan(finding)]
    return [*others, *scan(read_zip(ctx.ports.blobs.get(draft.digest))).as_documents()]


def list_answers(ctx: Context, draft: Draft, findings: Sequence[Document]) -> list[AnsweredFinding]:
    """Return those of a draft's findings that need an answer, each with the newest one of somebody else."""
    require_publisher(ctx.actor)
    return answers_to(ctx, draft, findings)


def answer_finding(ctx: Context, draft_id: str, data: Mapping[str, Any]) -> FindingAnswer:
    """Note why a finding does not stand in the way; answering again replaces the person's earlier answer.

    Takes {"finding", "answer"}. Raises UnauthenticatedError, ForbiddenError kinds, DraftNotFoundError,
    DraftClosedError, FindingNotFoundError, or ValidationError.
    """
    get_draft(ctx, draft_id)  # others learn nothing of it, not even that they would have to come in person
    person_id = require_answerer(ctx.actor)
    wanted = FindingAnswerInput().load(data)
    draft = lock_open_draft(ctx, draft_id)
    if person_id in bringers_of(ctx, draft).of(wanted["finding"]):
        raise SecondPersonNeededError
    finding = _find(findings_of(ctx, draft), wanted["finding"])
    if finding["held"]["kind"] in OF_SCRIPTS and wanted["answer"] is not AnswerKind.MEANT:
        raise ValidationError({"answer": [ANSWER_WRONG]})
    answer = _own_answer(ctx, draft, wanted["finding"], person_id)
    answer.answer, answer.draft_id = wanted["answer"], draft.id
    answer.answered_by_name, answer.answered_at = ctx.actor.name, ctx.now()
    ctx.session.flush()
    _count_anew(ctx, draft)
    facts = {"finding": finding["code"], "file": finding["file"], "pointer": finding["pointer"]}
    record(ctx, "finding.answered", f"draft:{draft.id}", slug=draft.slug, answer=answer.answer.value, **facts)
    return answer


def count_unanswered(ctx: Context, draft: Draft) -> int:
    """Return how many findings of a draft nobody has answered for but those who brought them."""
    return sum(one.answer is None for one in answers_to(ctx, draft, draft.findings))


def require_answered(ctx: Context, draft: Draft, findings: Sequence[Document]) -> None:
    """Refuse a draft while a finding has no answer that counts. Raises FindingsUnansweredError."""
    waiting = [one.finding for one in answers_to(ctx, draft, findings) if one.answer is None]
    if waiting:
        raise FindingsUnansweredError(waiting)


def list_second_people(ctx: Context, answered: Sequence[AnsweredFinding]) -> list[str]:
    """Return the names of those of the caller's municipality who may answer to some of the findings that wait."""
    code = require_publisher(ctx.actor)
    waiting = [one for one in answered if one.answer is None]
    return [
        member.name
        for member in find_members(ctx.session, code)
        if Permission.TEMPLATES_PUBLISH in permissions_of(member.role, code)
        and any(member.person_id not in one.barred for one in waiting)
    ]


def answers_to(ctx: Context, draft: Draft, findings: Sequence[Document]) -> list[AnsweredFinding]:
    """Do the same for a caller who was checked."""
    waiting = [finding for finding in findings if finding.get("held", {}).get("needs_answer")]
    if not waiting:
        return []
    wanted = (
        select(FindingAnswer)
        .where(FindingAnswer.municipality_code == draft.municipality_code, FindingAnswer.slug == draft.slug)
        .where(FindingAnswer.finding_id.in_([finding["held"]["id"] for finding in waiting]))
        .order_by(FindingAnswer.answered_at, FindingAnswer.id)
    )
    bringers = bringers_of(ctx, draft)
    barred = {finding["held"]["id"]: bringers.of(finding["held"]["id"]) for finding in waiting}
    given = {
        answer.finding_id: answer
        for answer in ctx.session.scalars(wanted)
        if answer.answered_by not in barred[answer.finding_id]
    }
    ids = [(finding, finding["held"]["id"]) for finding in waiting]
    return [AnsweredFinding(finding, given.get(one), barred[one]) for finding, one in ids]


def _find(findings: Sequence[Document], finding_id: str) -> Document:
    for finding in findings:
        held = finding.get("held", {})
        if held.get("needs_answer") and held["id"] == finding_id:
            return finding
    raise FindingNotFoundError


def _own_answer(ctx: Context, draft: Draft, finding_id: str, person_id: str) -> FindingAnswer:
    wanted = select(FindingAnswer).where(
        FindingAnswer.municipality_code == draft.municipality_code,
        FindingAnswer.slug == draft.slug,
        FindingAnswer.finding_id == finding_id,
        FindingAnswer.answered_by == person_id,
    )
    found = ctx.session.scalar(wanted)
    if found is None:
        found = FindingAnswer(
            municipality_code=draft.municipality_code, slug=draft.slug, finding_id=finding_id, answered_by=person_id
        )
        ctx.session.add(found)
    return found


def _count_anew(ctx: Context, draft: Draft) -> None:
    """Count again for each open draft of the template: an answer holds for all that show the same finding."""
    wanted = select(Draft).where(
        Draft.municipality_code == draft.municipality_code, Draft.slug == draft.slug, Draft.state == DraftState.OPEN
    )
    for one in ctx.session.scalars(wanted):
        one.unanswered = count_unanswered(ctx, one)
