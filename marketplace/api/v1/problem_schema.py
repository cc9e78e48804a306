"""The shape of refusals, and which of them an endpoint may give."""

from __future__ import annotations

from typing import Any

from marketplace.api.v1.bodies import ZIP
from marketplace.api.v1.operation import Operation

PROBLEM_JSON = "application/problem+json"
ALWAYS = frozenset({400, 401, 404, 422, 429, 500, 503})

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "params": {"type": "object"},
    },
}


def usual_refusals(declared: Operation) -> set[int]:
    """Return the statuses of all refusals that an endpoint may give."""
    statuses = set(ALWAYS) | set(declared.refusals)
    if declared.token:
        statuses.add(403)
    if declared.creates:
        statuses |= {409, 413}
    if declared.media == ZIP:
        statuses.add(416)
    if declared.matches:
        statuses.add(412)
    if declared.body is not None or declared.upload:
        statuses |= {413, 415}
    return statuses
