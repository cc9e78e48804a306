"""How far an export has come, step by step, and the sentences in which people read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.kernel.text import Text


class Phase(StrEnum):
    """What an export is doing."""

    WAITING = "waiting"
    READING = "reading"
    RECORDS = "records"
    DRAFTING = "drafting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an export stands; how many apps there are to read grows as references are followed."""

    phase: Phase
    app: str = ""
    """The name of the app that is being read."""
    number: int = 0
    total: int = 0

    @property
    def label(self) -> Text:
        """What is being done, in both languages."""
        return _label(self)

    @property
    def done(self) -> int:
        """How many apps have been dealt with."""
        return self.total if self.phase in {Phase.DRAFTING, Phase.DONE} else max(self.number - 1, 0)

    def as_document(self) -> dict[str, Any]:
        """Return the progress as the export keeps it."""
        return {"phase": self.phase.value, "app": self.app, "number": self.number, "total": self.total}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Progress:
        """Read back what as_document wrote."""
        return cls(Phase(document["phase"]), document["app"], document["number"], document["total"])


Observe = Callable[[Progress], None]
WAITING = Progress(Phase.WAITING)
DRAFTING = Text("バンドルを組み立てて点検しています", "Putting the bundle together and checking it")


def _label(progress: Progress) -> Text:
    place = Text(f"（{progress.total}個中{progress.number}個目）", f" ({progress.number} of {progress.total})")
    match progress.phase:
        case Phase.WAITING:
            return Text("開始を待っています", "Waiting to start")
        case Phase.READING:
            return Text(
                f"アプリ「{progress.app}」の設定を読み出しています{place.ja}",
                f"Reading the settings of the app “{progress.app}”{place.en}",
            )
        case Phase.RECORDS:
            return Text(
                f"アプリ「{progress.app}」のレコードを読み出しています{place.ja}",
                f"Reading records of the app “{progress.app}”{place.en}",
            )
        case Phase.DRAFTING:
            return DRAFTING
        case Phase.DONE:
            return Text("終わりました", "Done")
