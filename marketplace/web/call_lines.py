"""The calls of an import, one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.installs.call_history import CallView
from marketplace.kernel.text import Language, Text

NO_ANSWER = Text("応答なし", "no answer")
NO_CALLS: Mapping[int, Sequence[CallView]] = {}


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One call of a step."""

    what: str
    address: str
    """Method and path."""
    app_id: str | None
    answer: str
    went_well: bool
    started_at: datetime


def show_call(call: CallView, language: Language) -> ShownCall:
    """Return a call in words, with what was answered."""
    answer = NO_ANSWER.in_language(language) if call.status is None else str(call.status)
    return ShownCall(
        what=call.what.in_language(language),
        address=f"{call.method} {call.path}",
        app_id=call.app_id,
        answer=f"{answer} {call.code}".strip(),
        went_well=call.went_well,
        started_at=call.started_at,
    )
