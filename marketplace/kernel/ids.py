"""Identifiers and secrets."""

from __future__ import annotations

import base64
import hashlib
import secrets


def new_id() -> str:
    """Return a fresh identifier: 80 random bits as 16 lower-case base32 letters, safe in any URL."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()


def new_secret(prefix: str = "") -> str:
    """Return a fresh secret of 192 random bits, letters and digits only, behind a prefix that scanners can find."""
    return prefix + secrets.token_hex(24)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a generated secret; its 192 random bits make a slow hash needless."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
