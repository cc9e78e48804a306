"""Puts blobs where they are lost or damaged."""

from __future__ import annotations

from marketplace.kernel.ports import BlobStore
from marketplace.storage.errors import BlobDamagedError, BlobMissingError


def keep_sound(blobs: BlobStore, digest: str, data: bytes) -> bool:
    """Store a blob unless it is there as it should be; tell whether it was not."""
    try:
        blobs.get(digest)
    except BlobMissingError:
        blobs.put(data)
    except BlobDamagedError:
        blobs.delete(digest)  # Not every storage writes over what is there.
        blobs.put(data)
    else:
        return False
    return True
