"""How the commands that timers give ended last: the operator looks at a page, not at every machine's journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operating.models import CommandOutcome, WatchedCommand


def note_outcome(session: Session, command: WatchedCommand, ended_at: datetime, count: int) -> None:
    """Replace what was known of the last time."""
    session.merge(CommandOutcome(command=command.value, ended_at=ended_at, count=count))


def find_outcomes(session: Session) -> Mapping[WatchedCommand, CommandOutcome]:
    """Return how each ended; a command that was never given is left out."""
    known = {each.value for each in WatchedCommand}
    found = session.scalars(select(CommandOutcome).where(CommandOutcome.command.in_(known)))
    return {WatchedCommand(each.command): each for each in found}
