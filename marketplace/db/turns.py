"""Lets one machine at a time do what several begin at the same moment, such as preparing an empty database."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

LOADING = 0x796F6C64
"""Key of the turn of those who load the catalog."""


def take_turn(session: Session, key: int) -> None:
    """Wait until nobody else has the turn; it ends with the transaction. On SQLite whoever writes has it anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
