"""The names of blobs, and the proof that what was read is what was stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from marketplace.storage.errors import BlobDamagedError, BlobMissingError

CHUNK_SIZE = 256 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest_of(data: bytes) -> str:
    """Return the name under which bytes are stored."""
    return hashlib.sha256(data).hexdigest()


def require_digest(digest: str) -> str:
    """Return the digest, or refuse what can't be the name of any blob, such as a path.

    Raises BlobMissingError.
    """
    if not DIGEST.fullmatch(digest):
        raise BlobMissingError(digest=digest[:64])
    return digest


def verified(digest: str, data: bytes) -> bytes:
    """Return the bytes if they carry this name. Raises BlobDamagedError."""
    if digest_of(data) != digest:
        raise BlobDamagedError(digest=digest)
    return data


def verified_chunks(digest: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass chunks on, keeping back the last until the whole has proved sound, so that damage always cuts the answer.

    Raises BlobDamagedError in place of the last chunk.
    """
    running = hashlib.sha256()
    kept: bytes | None = None
    for chunk in chunks:
        running.update(chunk)
        if kept is not None:
            yield kept
        kept = chunk
    if running.hexdigest() != digest:
        raise BlobDamagedError(digest=digest)
    if kept is not None:
        yield kept
