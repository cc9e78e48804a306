"""Signs a head, and opens one: hostile until its signature was checked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.bundle.canonical import canonical_json
from marketplace.bundle.decoding import DecodingError, decode_json
from marketplace.kernel.signing import ALGORITHM, PublicKey, Signer
from marketplace.mirror.errors import (
    IndexDamagedError,
    IndexForgedError,
    IndexFormatUnknownError,
    IndexUntrustedError,
)
from marketplace.mirror.feed import INDEX_FORMAT, Head
from marketplace.mirror.inputs import read_head, read_seal
from marketplace.mirror.names import HEAD
from marketplace.vault.ed25519 import is_signed

CONTEXT = f"{INDEX_FORMAT}\n".encode("ascii")
KEY_BYTES = 32
Believes = Callable[[PublicKey], bool]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A head whose signature was checked, the key that made it, and its bytes."""

    head: Head
    key: PublicKey
    data: bytes


def seal_head(head: Head, signer: Signer) -> bytes:
    """Return the file of a head, signed with the newest key."""
    document, key = head.as_document(), signer.public_keys()[0]
    signature = {
        "algorithm": ALGORITHM,
        "key": key.id,
        "public_key": _text(key.raw),
        "signature": _text(signer.sign(_signed_bytes(document))),
    }
    return canonical_json({"head": document, "signatures": [signature]})


def open_head(data: bytes, believes: Believes) -> Sealed:
    """Return what a file says that a key signed which is believed.

    Raises IndexDamagedError, IndexForgedError, IndexUntrustedError or IndexFormatUnknownError.
    """
    seal = read_seal(decode(data, HEAD))
    document = seal["head"]
    keys = [_signing_key(signature, document) for signature in seal["signatures"]]
    key = next((key for key in keys if believes(key)), None)
    if key is None:
        raise IndexUntrustedError(fingerprint=keys[0].fingerprint)
    if document.get("format") != INDEX_FORMAT:
        raise IndexFormatUnknownError(format=str(document.get("format"))[:40])
    return Sealed(read_head(document), key, data)


def decode(data: bytes, path: str) -> dict[str, Any]:
    """Return the object in a JSON file. Raises IndexDamagedError."""
    try:
        return decode_json(data, path)
    except DecodingError as error:
        raise IndexDamagedError(path=path) from error


def _signing_key(signature: dict[str, str], document: dict[str, Any]) -> PublicKey:
    try:
        key = PublicKey(base64.b64decode(signature["public_key"], validate=True))
        made = base64.b64decode(signature["signature"], validate=True)
    except (ValueError, binascii.Error) as error:
        raise IndexDamagedError(path=HEAD) from error
    if signature["algorithm"] != ALGORITHM or len(key.raw) != KEY_BYTES:
        raise IndexDamagedError(path=HEAD)
    if signature["key"] != key.id or not is_signed(key, made, _signed_bytes(document)):
        raise IndexForgedError(path=HEAD)
    return key


def _signed_bytes(document: dict[str, Any]) -> bytes:
    return CONTEXT + canonical_json(document)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
