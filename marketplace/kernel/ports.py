"""The parts outside the database that services reach through: blobs, public files, jobs, other hosts, secrets, mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from marketplace.kernel.domains import KINTONE, DomainRules
from marketplace.kernel.limits import STANDARD, TRYOUTS, SiteLimits, TryoutRules
from marketplace.kernel.machine import Machine, UnknownMachine
from marketplace.kernel.mail import Mailer, NoMailer
from marketplace.kernel.operator import UNNAMED, Operator
from marketplace.kernel.outbound import ClosedOutbound, Outbound
from marketplace.kernel.pacing import PublishingPace
from marketplace.kernel.public_files import NoPublicFiles, PublicFiles
from marketplace.kernel.signing import ClosedSigner, Signer
from marketplace.kernel.signing_in import HERE, SESSIONS, PublicPlace, SessionRules
from marketplace.kernel.vault import ClosedVault, Vault


class BlobStore(Protocol):
    """Bytes kept under the SHA-256 of their content; what is stored never changes.

    Every adapter passes tests/contract/test_blob_store.py.
    """

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256 in lower-case hexadecimal; storing twice is harmless."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes, verified against the digest.

        Raises BlobMissingError or BlobDamagedError.
        """
        ...

    def open(self, digest: str) -> Iterator[bytes]:
        """Return the bytes in chunks. Raises BlobMissingError before the first chunk."""
        ...

    def open_part(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        """Return some of the bytes in chunks; a part can't be verified. Raises BlobMissingError with the first."""
        ...

    def lend(self, digest: str, seconds: int, media: str, disposition: str) -> str | None:
        """Return an address at which anybody can fetch the bytes for so long, if the store has such."""
        ...

    def exists(self, digest: str) -> bool:
        """Tell whether the bytes are there."""
        ...

    def delete(self, digest: str) -> None:
        """Remove the bytes; removing what is not there is harmless."""
        ...

    def walk(self) -> Iterator[tuple[str, datetime]]:
        """Return the digest of everything that is there, in no order, and since when it is."""
        ...


class JobQueue(Protocol):
    """Wakes a worker; the database, not the queue, holds what is to be done."""

    def enqueue(self, job: str, subject_id: str) -> None:
        """Ask a worker to run the named job for one subject soon; call it after the commit."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The adapters the composition root chose, and the limits the operator set."""

    blobs: BlobStore
    jobs: JobQueue
    outbound: Outbound = field(default_factory=ClosedOutbound)
    vault: Vault = field(default_factory=ClosedVault)
    signer: Signer = field(default_factory=ClosedSigner)
    public_files: PublicFiles = field(default_factory=NoPublicFiles)
    limits: SiteLimits = STANDARD
    tryouts: TryoutRules = TRYOUTS
    domains: DomainRules = KINTONE
    mailer: Mailer = field(default_factory=NoMailer)
    session_rules: SessionRules = SESSIONS
    place: PublicPlace = HERE
    operator: Operator = UNNAMED
    publishing_pace: PublishingPace = field(default_factory=PublishingPace)
    machine: Machine = field(default_factory=UnknownMachine)
