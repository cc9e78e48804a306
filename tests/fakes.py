"""Stand-ins at the ports: clock, blobs, queue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from marketplace.kernel.outbound import OutboundAnswer, OutboundCall


class FixedClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


class MemoryBlobStore:
    """Blobs in a dictionary; passes the same contract tests as the real stores."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = bytes(data)
        return digest

    def get(self, digest: str) -> bytes:
        from marketplace.storage.digests import verified
        from marketplace.storage.errors import BlobMissingError

        if digest not in self.blobs:
            raise BlobMissingError(digest=digest)
        return verified(digest, self.blobs[digest])

    def open(self, digest: str) -> Iterator[bytes]:
        return iter([self.get(digest)])

    def open_part(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        yield self.get(digest)[start:stop]

    def lend(self, digest: str, seconds: int, media: str, disposition: str) -> None:
        """Lend nothing."""

    def exists(self, digest: str) -> bool:
        return digest in self.blobs

    def delete(self, digest: str) -> None:
        self.blobs.pop(digest, None)

    def walk(self) -> Iterator[tuple[str, datetime]]:
        return iter([(digest, datetime.min.replace(tzinfo=UTC)) for digest in self.blobs])


class RecordingOutbound:
    """Calls nobody: writes down what was to be sent, and refuses what the real one refuses."""

    def __init__(self) -> None:
        self.sent: list[OutboundCall] = []

    def check(self, url: str) -> None:
        from marketplace.outbound.targets import read_target

        read_target(url, frozenset())

    def send(self, call: OutboundCall) -> OutboundAnswer:
        self.check(call.url)
        self.sent.append(call)
        return OutboundAnswer(200, b"")


class RecordingQueue:
    """Writes down what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def enqueue(self, job: str, subject_id: str) -> None:
        self.asked.append((job, subject_id))
