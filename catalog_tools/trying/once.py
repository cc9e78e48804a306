"""A workshop on a database of its own that is gone afterwards, for the check of one template."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog_tools.trying.workshop import Workshop
from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.clock import utc_now
from marketplace.kernel.ports import Ports
from marketplace.storage.local import LocalBlobStore


class _NoQueue:
    """Wakes nobody: the workshop runs its imports itself."""

    def enqueue(self, job: str, subject_id: str) -> None:
        """Do nothing."""


@contextmanager
def open_workshop() -> Iterator[Workshop]:
    """Make a service in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/workshop.db")
        schema.METADATA.create_all(engine)
        ports = Ports(blobs=LocalBlobStore(Path(folder) / "blobs"), jobs=_NoQueue())
        try:
            yield Workshop(Sessions(engine), ports, utc_now)
        finally:
            engine.dispose()
