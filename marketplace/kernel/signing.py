"""The part that signs what is carried to places the service can't reach, so that they can tell where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ALGORITHM = "Ed25519"
GROUP = 4
"""Letters of a fingerprint between two spaces: people compare them by eye."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a signature is checked with."""

    raw: bytes

    @property
    def id(self) -> str:
        """A short name."""
        return self._digest[:16]

    @property
    def fingerprint(self) -> str:
        """What people compare: half of the digest, in groups."""
        half = self._digest[:32]
        return " ".join(half[start : start + GROUP] for start in range(0, len(half), GROUP))

    @property
    def _digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


class Signer(Protocol):
    """Signs with the newest of its keys."""

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public halves, newest first."""
        ...

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some bytes."""
        ...


class ClosedSigner:
    """Signs nothing: what stands in where the composition root has no key."""

    def public_keys(self) -> Sequence[PublicKey]:
        """Return none."""
        return ()

    def sign(self, content: bytes) -> bytes:  # noqa: ARG002 - the protocol's
        """Refuse to sign."""
        message = "no signing key"
        raise RuntimeError(message)
