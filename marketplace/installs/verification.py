"""What reading an installed template back showed, as its step keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from marketplace.bundle.matching import Mismatch
from marketplace.bundle.model import JsonObject, PartName
from marketplace.kernel.text import Text
from marketplace.kintone.reading.left_behind import LeftBehind

MOST_DIFFERENCES = 500
LONGEST_VALUE = 500
"""Characters of a value that are kept: a difference is to be found by it, not restored from it."""


class Result(StrEnum):
    """Whether the apps are what the template says."""

    IDENTICAL = "identical"
    DIFFERENT = "different"
    INCOMPLETE = "incomplete"
    """Nothing differs among what could be read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where an installed app is not what the template says; values as JSON, None where there is nothing."""

    app: str
    part: str
    pointer: str
    wanted: str | None
    found: str | None

    @property
    def tells_of_gone_app(self) -> bool:
        """Tell whether the whole app is not there any more."""
        return self.part == PartName.SETTINGS and not self.pointer and self.found is None


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """Something that kintone did not tell, so that it was not checked."""

    app: str
    part: str
    subject: str
    reason: Text


class Since(StrEnum):
    """What became of a record after the import wrote it, by other hands."""

    EDITED = "edited"
    ADDED = "added"
    GONE = "gone"
    """Deleted, or hidden from the account by a right."""


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """A record that is not as the import left it because somebody worked with the app in the meantime."""

    app: str
    record: str
    since: Since


@dataclass(frozen=True, slots=True)
class Verification:
    """The differences found, and what was not checked."""

    differences: tuple[Difference, ...]
    count: int
    """How many differences there are; the first of them are kept."""
    unread: tuple[UnreadPart, ...]
    changed: tuple[ChangedRecord, ...] = ()
    """Not counted: an app that is in use does not stay as it was installed."""

    @property
    def result(self) -> Result:
        """The whole in a word."""
        if self.count:
            return Result.DIFFERENT
        return Result.INCOMPLETE if self.unread else Result.IDENTICAL

    @classmethod
    def of(
        cls, mismatches: Sequence[Mismatch], left: Sequence[LeftBehind], changed: Sequence[ChangedRecord] = ()
    ) -> Verification:
        """Take what a reading found."""
        kept = tuple(
            Difference(one.app_key, one.part.value, one.pointer, _shown(one.wanted), _shown(one.found))
            for one in mismatches[:MOST_DIFFERENCES]
        )
        unread = tuple(UnreadPart(one.app_key, one.part.value, one.subject, one.reason) for one in left)
        return cls(kept, len(mismatches), unread, tuple(changed[:MOST_DIFFERENCES]))

    def as_document(self) -> JsonObject:
        """Return the verification as the step keeps it."""
        return {
            "result": self.result.value,
            "count": self.count,
            "differences": [asdict(one) for one in self.differences],
            "unread": [
                {"app": one.app, "part": one.part, "subject": one.subject, "reason": asdict(one.reason)}
                for one in self.unread
            ],
            "changed": [asdict(one) for one in self.changed],
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Verification:
        """Read back what as_document wrote."""
        return cls(
            differences=tuple(Difference(**one) for one in document["differences"]),
            count=int(document["count"]),
            unread=tuple(UnreadPart(**{**one, "reason": Text(**one["reason"])}) for one in document["unread"]),
            # Imports from before the records were compared have none.
            changed=tuple(
                ChangedRecord(**{**one, "since": Since(one["since"])}) for one in document.get("changed", ())
            ),
        )


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
