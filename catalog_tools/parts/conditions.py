"""Conditions of views and notices: kintone's own words, and shorthands for what every app asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_tools.parts.fields import FormSource
from catalog_tools.source.errors import Line
from marketplace.bundle.field_types import CHOICE_TYPES, SELECTION_KINDS

SHORTHAND = re.compile(r"\b(?P<word>OPEN|DONE|MINE|DUE|OVERDUE|SINCE|TODAYS|FILLED|EMPTY)\b(?:\((?P<inside>[^()]*)\))?")
NEEDED = {"OPEN": 0, "DONE": 0, "MINE": 1, "DUE": 2, "OVERDUE": 1, "SINCE": 2, "TODAYS": 1, "FILLED": 1, "EMPTY": 1}
"""How many things stand in parentheses after each shorthand."""

LONG = frozenset({"MULTI_LINE_TEXT", "RICH_TEXT", "FILE"})
LISTED = CHOICE_TYPES | set(SELECTION_KINDS)


@dataclass(frozen=True, slots=True)
class Shorthands:
    """What OPEN, DONE, MINE … mean in one app; `finals` are the states that end its process."""

    finals: Sequence[str]
    form: FormSource

    def expand(self, condition: str, line: Line) -> str:
        """Return a condition in kintone's words. Raises SourceError."""
        parts = re.split(r'("(?:[^"\\]|\\.)*")', condition.strip())
        return "".join(part if part.startswith('"') else self._expand(part, line) for part in parts)

    def _expand(self, text: str, line: Line) -> str:
        return SHORTHAND.sub(lambda match: self._meaning(match["word"], match["inside"], line), text)

    def _meaning(self, word: str, inside: str | None, line: Line) -> str:
        given = [part.strip() for part in (inside or "").split(",") if part.strip()]
        if len(given) != NEEDED[word]:
            raise line.error(
                f"{word} takes {NEEDED[word]} things in parentheses, such as MINE(担当者) or DUE(期限, 30)"
            )
        if word in {"OPEN", "DONE"}:
            if not self.finals:
                raise line.error(f"{word} needs a process with final states")
            final = ", ".join(f'"{name}"' for name in self.finals)
            return f"ステータス {'not in' if word == 'OPEN' else 'in'} ({final})"
        if word in {"FILLED", "EMPTY"}:
            return f"{given[0]} {self._emptiness(given[0], line)[word == 'FILLED']}"
        return {
            "MINE": "{0} in (LOGINUSER())",
            "DUE": "{0} >= TODAY() and {0} <= FROM_TODAY({1}, DAYS)",
            "OVERDUE": "{0} < TODAY()",
            "SINCE": "{0} >= FROM_TODAY(-{1}, MONTHS)",
            "TODAYS": "{0} = TODAY()",
        }[word].format(*given)

    def _emptiness(self, code: str, line: Line) -> tuple[str, str]:
        """Return how a field is asked whether it is empty, and whether it is not."""
        type_ = self.form.type_of(code)
        if type_ is None:
            raise line.error(f"no field “{code}”")
        if type_ in LONG:
            return "is empty", "is not empty"
        return ('in ("")', 'not in ("")') if type_ in LISTED else ('= ""', '!= ""')
