"""Who may publish, whose drafts a caller may see, and which releases the operator looks at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.publishing.errors import AnswerInPersonError
from marketplace.publishing.models import HoldReason
from marketplace.publishing.scan.held import SuspectKind

HOLDING_KINDS = frozenset({SuspectKind.HOST.value})
"""Findings that the operator sees of everybody: what a script sends elsewhere leaves the municipalities that use it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of those who release a draft."""

    is_verified: bool
    has_released: bool
    """Whether a version of the municipality is there that was not withdrawn."""
    has_author_released: bool
    passed: frozenset[str]
    """Findings of the template that the operator let pass before."""

    @classmethod
    def of_verified(cls, passed: frozenset[str]) -> Standing:
        """Return that of a verified municipality, of which nobody asks what it has released."""
        return cls(is_verified=True, has_released=True, has_author_released=True, passed=passed)


def may_hold(findings: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether any finding is one of those that the operator has to let pass."""
    return any("held" in finding and finding["held"]["kind"] in HOLDING_KINDS for finding in findings)


def holding_findings(standing: Standing, findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the findings that the operator has to see and has not let pass."""
    held = [finding["held"] for finding in findings if "held" in finding]
    return [one["id"] for one in held if one["kind"] in HOLDING_KINDS and one["id"] not in standing.passed]


def reasons_to_hold(standing: Standing, findings: Sequence[Mapping[str, Any]]) -> list[HoldReason]:
    """Return why the operator looks at a draft before it is released; nothing for one that need not wait."""
    reasons = []
    if not standing.is_verified:
        if not standing.has_released:
            reasons.append(HoldReason.FIRST_RELEASE)
        elif not standing.has_author_released:
            reasons.append(HoldReason.NEW_AUTHOR)
    if holding_findings(standing, findings):
        reasons.append(HoldReason.SCRIPT_HOSTS)
    return reasons


def require_publisher(actor: Actor) -> str:
    """Return the municipality the caller publishes for. Raises UnauthenticatedError or ForbiddenError."""
    return actor.whole_municipality(Permission.TEMPLATES_PUBLISH)


def require_answerer(actor: Actor) -> str:
    """Return the person who answers to findings; a program looks at nothing with its own eyes.

    Raises UnauthenticatedError, ForbiddenError or AnswerInPersonError.
    """
    require_publisher(actor)
    if actor.kind is not ActorKind.PERSON or actor.person_id is None:
        raise AnswerInPersonError
    return actor.person_id


def require_publisher_of(actor: Actor, publisher_code: str) -> None:
    """Refuse a caller who may not publish for this municipality.

    Raises UnauthenticatedError, NotFoundError (another municipality) or ForbiddenError.
    """
    actor.require(Permission.TEMPLATES_PUBLISH, publisher_code)
