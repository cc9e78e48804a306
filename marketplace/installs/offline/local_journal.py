"""The journal of an installation in a file: a line for each entry, on the disk before the next call is made."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from marketplace.bundle.model import JsonObject
from marketplace.installs.failures import Failure
from marketplace.installs.models import Step, StepState
from marketplace.installs.offline.errors import JournalForeignError, JournalInUseError
from marketplace.kernel.file_locks import lock_file

FORMAT = "yokoten-journal/1"


class LocalJournal:
    """One installation's entries; what a killed process left half-written at the end is cut off."""

    def __init__(self, file: IO[bytes], entries: list[JsonObject], now: Callable[[], datetime]) -> None:
        """Keep the open file and what it said."""
        self._file = file
        self._entries = entries
        self._now = now

    @property
    def is_begun(self) -> bool:
        """Tell whether an earlier process wrote something."""
        return bool(self._entries)

    def claim(self, of: Mapping[str, str]) -> None:
        """Make sure that the journal is of this package and this kintone. Raises JournalForeignError."""
        head: JsonObject = {"entry": "open", "format": FORMAT, **of}
        if not self._entries:
            self._write(head)
            return
        found = {name: value for name, value in self._entries[0].items() if name != "at"}
        if found != head:
            raise JournalForeignError

    def restore(self, steps: list[Step]) -> None:
        """Bring steps to where the journal says that they stand."""
        for entry in self._entries:
            match entry["entry"]:
                case "begin":
                    step = steps[entry["position"]]
                    step.state, step.intent = StepState.RUNNING, entry["intent"]
                    step.attempts += 1
                    step.is_uncertain = True
                    step.started_at = step.started_at or datetime.fromisoformat(entry["at"])
                case "finish":
                    step = steps[entry["position"]]
                    step.state, step.outcome = StepState.DONE, entry["outcome"]
                    step.is_uncertain = False
                    step.finished_at = datetime.fromisoformat(entry["at"])
                case "fail":
                    step = steps[entry["position"]]
                    step.state, step.is_uncertain = StepState.FAILED, entry["uncertain"]

    @property
    def failure(self) -> JsonObject | None:
        """Why the installation stopped, if it did and was not begun again."""
        last = self._entries[-1] if self._entries else {}
        return last["failure"] if last.get("entry") == "fail" else None

    @property
    def finished_at(self) -> str | None:
        """When the installation was complete."""
        last = self._entries[-1] if self._entries else {}
        return last["at"] if last.get("entry") == "complete" else None

    def begin(self, position: int, intent: JsonObject) -> None:
        """Note an intent before its calls are made."""
        self._write({"entry": "begin", "position": position, "intent": intent})

    def finish(self, position: int, outcome: JsonObject) -> None:
        """Note what came of a step."""
        self._write({"entry": "finish", "position": position, "outcome": outcome})

    def complete(self) -> None:
        """Note that every step is done."""
        if self.finished_at is None:
            self._write({"entry": "complete"})

    def fail(self, position: int, failure: Failure, *, uncertain: bool) -> None:
        """Note why the installation stopped, and whether the step may have had an effect that nobody saw."""
        self._write({"entry": "fail", "position": position, "failure": failure.as_document(), "uncertain": uncertain})

    def _write(self, entry: JsonObject) -> None:
        written = {**entry, "at": self._now().isoformat()}
        self._file.write(json.dumps(written, ensure_ascii=False).encode("utf-8") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._entries.append(written)


@contextmanager
def open_journal(path: Path, now: Callable[[], datetime]) -> Iterator[LocalJournal]:
    """Open the journal at a path for this process alone. Raises JournalInUseError, JournalForeignError, OSError."""
    with path.open("a+b") as file:
        _lock(file)
        file.seek(0)
        whole, _, torn = file.read().rpartition(b"\n")
        if torn:
            file.truncate(file.seek(0, os.SEEK_END) - len(torn))
        yield LocalJournal(file, _entries(whole), now)


def _entries(content: bytes) -> list[JsonObject]:
    try:
        entries = [json.loads(line) for line in content.split(b"\n") if line]
    except ValueError:
        raise JournalForeignError from None
    if not all(isinstance(entry, dict) and "entry" in entry for entry in entries):
        raise JournalForeignError
    return entries


def _lock(file: IO[bytes]) -> None:
    try:
        lock_file(file)
    except OSError:
        raise JournalInUseError from None
