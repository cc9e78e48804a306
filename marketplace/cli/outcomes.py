"""What commands come to: their exit codes, and refusals told in the user's language."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from marketplace.kernel.text import Text


class Outcome(IntEnum):
    """The exit codes of the authors' commands (docs/cli.md)."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4
    CONFLICT = 5
    FAILED = 6
    UNFINISHED = 7
    INTERRUPTED = 130


MEANINGS: dict[Outcome, Text] = {
    Outcome.DONE: Text("できた", "done"),
    Outcome.FINDINGS: Text("指摘・差分・照合の違いがある", "there are findings, or differences"),
    Outcome.USAGE: Text("使い方の誤り", "wrong usage"),
    Outcome.UNREACHABLE: Text("サービスにつながらない", "the service can't be reached"),
    Outcome.REFUSED: Text(
        "サービスが断った、パッケージを信じられない", "the service refused, or a package is not believed"
    ),
    Outcome.CONFLICT: Text("今あるものと重なる", "it contradicts what is there"),
    Outcome.FAILED: Text("導入・書き出し・照合が失敗した", "an import, export or check failed"),
    Outcome.UNFINISHED: Text("時間内に終わらなかった（続いている）", "not finished in time; it goes on"),
    Outcome.INTERRUPTED: Text("Ctrl-C", "Ctrl-C"),
}
"""What each exit code means, in a few words."""


class CommandError(Exception):
    """A command can't go on: what happened, what to do, and the exit code it ends with."""

    draft: str | None = None
    """The draft that the service kept although it refused."""

    def __init__(
        self,
        outcome: Outcome,
        title: Text | str,
        remedy: Text | str,
        *,
        code: str = "",
        status: int | None = None,
        details: Sequence[str] = (),
    ) -> None:
        """Keep the sentences; those of the service come in the user's language already, with a status."""
        super().__init__(str(title))
        self.outcome, self.title, self.remedy = outcome, title, remedy
        self.code, self.status, self.details = code, status, list(details)

    def as_document(self, title: str, remedy: str) -> dict[str, Any]:
        """Return the refusal as plain values, its sentences in one language."""
        told = {"code": self.code, "title": title, "remedy": remedy, "details": self.details}
        return {"error": told, "exit_code": int(self.outcome)}
