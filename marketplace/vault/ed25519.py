"""Signatures by Ed25519."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from marketplace.kernel.signing import PublicKey


class Ed25519Signer:
    """Signs with the first of its keys; the others are known so that what they signed can be checked."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys, newest first. Raises ValueError, which names none of them, for one that is no key."""
        try:
            self._keys = [Ed25519PrivateKey.from_private_bytes(base64.b64decode(key, b"-_", True)) for key in keys]
        except (ValueError, binascii.Error):
            message = "not an Ed25519 key"
            raise ValueError(message) from None

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public halves, newest first."""
        return [PublicKey(key.public_key().public_bytes_raw()) for key in self._keys]

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some bytes with the newest key."""
        return self._keys[0].sign(content)


def new_signing_key() -> str:
    """Return a fresh key."""
    return base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode("ascii")


def is_signed(key: PublicKey, signature: bytes, content: bytes) -> bool:
    """Tell whether a key made the signature of some bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
