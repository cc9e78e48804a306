"""Publishes the keys that packages are signed with, in the form in which they are trusted elsewhere."""

from __future__ import annotations

import base64

from marketplace.bundle.model import JsonObject
from marketplace.kernel.signing import ALGORITHM, Signer

PACKAGE = "application/vnd.yokoten.package"
"""The media type of a package."""


def published_keys(signer: Signer) -> JsonObject:
    """Return the public keys, the one in use first."""
    return {
        "items": [
            {
                "id": key.id,
                "algorithm": ALGORITHM,
                "public_key": base64.b64encode(key.raw).decode("ascii"),
                "fingerprint": key.fingerprint,
                "is_current": number == 0,
            }
            for number, key in enumerate(signer.public_keys())
        ]
    }
