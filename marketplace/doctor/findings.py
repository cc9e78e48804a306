"""What is found, whose it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.jobs.huey_queue import Errand
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.kernel.text import Text

AT_ONCE = 200
"""Rows looked at in one transaction."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement."""

    code: str
    subject: str
    """What it is about, as the log of acts names it: kind and id."""
    text: Text
    remedy: Text
    """What a person does; of what is mended, what was done."""
    is_mended: bool = False
    can_be_mended: bool = False
    """Whether `--mend` does it."""

    def mended(self) -> Finding:
        """Return the finding as one that is none any more."""
        return replace(self, is_mended=True)


@dataclass(frozen=True, slots=True)
class Patient:
    """The service that is looked at."""

    sessions: Sessions
    ports: Ports
    now: Callable[[], datetime]
    waiting: Callable[[], set[Errand]]
    """What is in the queue of this machine."""
    spare: Callable[[str], bytes | None] | None = None
    """Finds a blob of this name in a backup, if there is one at hand."""
    is_thorough: bool = True
    """Whether every blob is read to its end."""

    @contextmanager
    def reading(self) -> Iterator[Context]:
        """Look, keeping nobody waiting."""
        with unit_of_work(self.sessions, writes=False) as (session, after_commit):
            yield self._context(session, after_commit)

    @contextmanager
    def writing(self) -> Iterator[Context]:
        """Mend, in one transaction."""
        with unit_of_work(self.sessions) as (session, after_commit):
            yield self._context(session, after_commit)

    def _context(self, session: Session, after_commit: AfterCommit) -> Context:
        return Context(session, SYSTEM, self.now, after_commit, self.ports)


Check = Callable[[Patient, bool], Iterator[Finding]]
"""Yields what it finds; if told so, it mends what it can before it yields it."""
MENDABLE = Text("yokoten doctor --mend で直ります。", "`yokoten doctor --mend` mends it.")
FROM_BACKUP = Text(
    "中身は作り直せません。バックアップにあれば、yokoten doctor --mend --from バックアップの場所 で元に戻ります。",
    "It can't be made anew. If a backup holds it, `yokoten doctor --mend --from PLACE` puts it back.",
)
