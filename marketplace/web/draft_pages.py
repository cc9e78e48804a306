"""Drafts as pages: what the checks found, who has to answer for it, what differs from the latest version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marketplace.kernel.text import Language, Text
from marketplace.publishing.models import DraftState, HoldDecision, HoldReason
from marketplace.web.comparison_page import ComparisonPage, show_changes
from marketplace.web.draft_controls import control_of

if TYPE_CHECKING:
    from marketplace.publishing.answers import AnsweredFinding
    from marketplace.publishing.models import Draft, DraftHold

FICTITIOUS = ("fictitious", Text("架空のデータです", "The data is fictitious"))
MEANT = ("meant", Text("公開してよい情報です", "It is meant to be public"))
CHECKED = ("meant", Text("確かめました。問題ありません", "I checked it; it is fine"))
REASONS: Mapping[HoldReason, Text] = {
    HoldReason.FIRST_RELEASE: Text(
        "まだ確認済みでない団体の、最初の公開だから", "It is the first release of a municipality that is not verified."
    ),
    HoldReason.NEW_AUTHOR: Text(
        "まだ確認済みでない団体で、この作者の最初の公開だから",
        "It is the first release of this author, and the municipality is not verified.",
    ),
    HoldReason.SCRIPT_HOSTS: Text(
        "JavaScript・CSSが、ほかのサイトにつながるから", "JavaScript or CSS in it reaches another host."
    ),
}
OF_SCRIPTS = frozenset({"script-host", "script-call"})


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """Something a check found."""

    severity: str
    """error, warning, or held: it waits for the answer of somebody else."""
    file: str
    pointer: str
    title: Text
    remedy: Text
    correction: str | None = None
    """Where it can be corrected here."""


@dataclass(frozen=True, slots=True)
class ShownHeld:
    """A finding that may be personal: where it stands in words, and what a second person said to it."""

    id: str
    anchor: str
    title: Text
    remedy: Text
    place: Text
    blocks: bool
    """Nobody can answer for it."""
    options: tuple[tuple[str, Text], ...]
    """The answers there are to it."""
    can_answer: bool
    """Whether whoever looks may answer: not those who brought it."""
    correction: str | None
    """Where it can be corrected here."""
    answer: Text | None
    answered_by: str
    answered_at: datetime | None

    @property
    def waits(self) -> bool:
        """Tell whether it stands in the way until somebody answers."""
        return not self.blocks and self.answer is None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list."""

    id: str
    name: str
    number: str
    state: str
    """open, faulty, waiting, held, turned-back, released or discarded."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody who looks at a draft needs beside it: findings by the rules of today, answers, and who looks."""

    findings: Sequence[Mapping[str, Any]]
    answered: Sequence[AnsweredFinding]
    second_people: Sequence[str]
    person_id: str | None


@dataclass(frozen=True, slots=True)
class ShownHold:
    """What the operator was asked, and decided."""

    reasons: tuple[Text, ...]
    asked_by: str
    asked_at: datetime
    is_turned_back: bool
    reason: str
    decided_at: datetime | None


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
    held: tuple[ShownHeld, ...]
    second_people: tuple[str, ...]
    """Who may answer, beside those who brought something."""
    comparison: ComparisonPage | None
    """None for a template that has no version yet."""
    latest: str | None
    least: str | None
    is_open: bool
    is_held: bool
    """Whether it waits for the operator."""
    hold: ShownHold | None
    """While it waits or was turned back."""
    can_be_released: bool

    @property
    def waiting_count(self) -> int:
        """How many findings nobody has answered for."""
        return sum(one.waits for one in self.held)

    @property
    def is_for_others(self) -> bool:
        """Tell whether everything that waits was brought by whoever looks."""
        return not any(one.waits and one.can_answer for one in self.held)


def show_draft_row(draft: Draft, language: Language) -> DraftRow:
    """Return what the list shows of a draft."""
    name = Text(draft.name_ja, draft.name_en).in_language(language)
    state = draft.state.value
    if draft.state is DraftState.OPEN and (draft.errors or draft.unanswered):
        state = "faulty" if draft.errors else "waiting"
    elif draft.state is DraftState.OPEN and _is_turned_back(draft):
        state = "turned-back"
    return DraftRow(draft.id, name, draft.number, state, draft.created_at)


def show_draft(draft: Draft, looked: Looked, language: Language) -> DraftPage:
    """Return the page of a draft."""
    changes = draft.changes
    is_open = draft.state is DraftState.OPEN
    place = draft.id if is_open else None
    held = [
        *_blocking(looked.findings, place),
        *(_show_answered(one, looked.person_id, place) for one in looked.answered),
    ]
    others = tuple(read_finding(finding, place) for finding in looked.findings if "held" not in finding)
    is_faulty = any(one.blocks or one.waits for one in held) or any(one.severity == "error" for one in others)
    return DraftPage(
        id=draft.id,
        name=Text(draft.name_ja, draft.name_en).in_language(language),
        slug=draft.slug,
        number=draft.number,
        size=draft.size,
        created_at=draft.created_at,
        findings=others,
        held=tuple(held),
        second_people=tuple(looked.second_people),
        comparison=show_changes(changes.changes, changes.bump, language, changes.app_names) if changes.base else None,
        latest=changes.base,
        least=draft.least_version,
        is_open=is_open,
        is_held=draft.state is DraftState.HELD,
        hold=_show_hold(draft),
        can_be_released=is_open and not is_faulty,
    )


def reasons_of(hold: DraftHold) -> tuple[Text, ...]:
    """Return why a release waits, in words."""
    return tuple(REASONS[HoldReason(reason)] for reason in hold.reasons)


def _is_turned_back(draft: Draft) -> bool:
    return draft.hold is not None and draft.hold.decision is HoldDecision.TURNED_BACK


def _show_hold(draft: Draft) -> ShownHold | None:
    hold, is_turned_back = draft.hold, _is_turned_back(draft)
    if hold is None or draft.closed_at is not None or not (draft.state is DraftState.HELD or is_turned_back):
        return None
    return ShownHold(
        reasons=reasons_of(hold),
        asked_by=hold.asked_by_name,
        asked_at=hold.asked_at,
        is_turned_back=is_turned_back,
        reason=hold.reason,
        decided_at=hold.decided_at,
    )


def read_finding(document: Mapping[str, Any], draft_id: str | None = None) -> ShownFinding:
    """Return a finding from the form it is kept in, with the way to where it can be corrected in an open draft."""
    return ShownFinding(
        severity="held" if document.get("held", {}).get("needs_answer") else document["severity"],
        file=document["file"],
        pointer=document["pointer"],
        title=Text(**document["title"]),
        remedy=Text(**document["remedy"]),
        correction=_correction(document, draft_id),
    )


def _correction(finding: Mapping[str, Any], draft_id: str | None) -> str | None:
    file, pointer = finding["file"], finding["pointer"]
    control = control_of(file, pointer)
    if draft_id is None:
        return None
    if control is not None:
        return f"/drafts/{draft_id}/edit#f-{control}"
    is_of_pictures = file.startswith("images/") or pointer.startswith(("/pictures", "/icon"))
    return f"/drafts/{draft_id}/pictures" if is_of_pictures else None


def _blocking(findings: Sequence[Mapping[str, Any]], place: str | None) -> list[ShownHeld]:
    return [
        _show_held(finding, place) for finding in findings if "held" in finding and not finding["held"]["needs_answer"]
    ]


def _show_answered(one: AnsweredFinding, person_id: str | None, place: str | None) -> ShownHeld:
    shown, answer = _show_held(one.finding, place), one.answer
    can_answer = person_id not in one.barred
    if answer is None:
        return replace(shown, can_answer=can_answer)
    said = dict(shown.options).get(answer.answer.value)
    name, at = answer.answered_by_name, answer.answered_at
    return replace(shown, can_answer=can_answer, answer=said, answered_by=name, answered_at=at)


def _show_held(finding: Mapping[str, Any], place: str | None) -> ShownHeld:
    held = finding["held"]
    options = (CHECKED,) if held["kind"] in OF_SCRIPTS else (FICTITIOUS, MEANT)
    return ShownHeld(
        id=held["id"],
        anchor=f"finding-{held['id']}",
        title=Text(**finding["title"]),
        remedy=Text(**finding["remedy"]),
        place=Text(**held["place"]),
        blocks=not held["needs_answer"],
        options=options if held["needs_answer"] else (),
        can_answer=False,
        correction=_correction(finding, place),
        answer=None,
        answered_by="",
        answered_at=None,
    )
