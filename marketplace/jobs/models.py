"""The table of workers that are alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db.base import Base
from marketplace.db.types import UtcDateTime


class WorkerBeat(Base):
    """That a worker was alive at a moment: to be shown and counted. No lease rests on it (jobs/workers.py)."""

    __tablename__ = "worker_beats"
    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
