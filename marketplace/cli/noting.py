"""Keeps how a command ended, for the operator's page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.operating.models import WatchedCommand
from marketplace.operating.outcomes import note_outcome

log = logging.getLogger(__name__)


def note_command(sessions: Sessions, command: WatchedCommand, now: Callable[[], datetime], count: int) -> None:
    """Keep it; an older schema has no place for it, which is no reason to fail."""
    try:
        with unit_of_work(sessions) as (session, _):
            note_outcome(session, command, now(), count)
    except SQLAlchemyError:
        log.warning("How the command ended could not be kept for the operator's page")
