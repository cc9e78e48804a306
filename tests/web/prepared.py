"""A database in which something is done once for all tests of a module: installing costs more than most of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Engine

from marketplace.db.unit_of_work import Sessions
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.ports import Ports
from tests.fakes import FixedClock, MemoryBlobStore, RecordingOutbound, RecordingQueue
from tests.web.factories import World


@dataclass
class Prepared:
    """What is done by its world stays until the module's last test; what a test does, is undone."""

    app: MarketplaceApp
    engine: Engine
    ports: Ports

    def world(self) -> World:
        """What others did before any test."""
        self.app.sessions, self.app.ports, self.app.now = Sessions(self.engine), self.ports, FixedClock()
        return World(self.app)

    def ports_of_test(self) -> Ports:
        """The same keys and what is kept so far, with nothing asked for and nothing sent."""
        blobs = MemoryBlobStore()
        assert isinstance(self.ports.blobs, MemoryBlobStore)
        blobs.blobs.update(self.ports.blobs.blobs)
        return replace(self.ports, blobs=blobs, jobs=RecordingQueue(), outbound=RecordingOutbound())
