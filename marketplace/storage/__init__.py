"""Blobs under the SHA-256 of their content, on the local disk or on S3."""

from __future__ import annotations

from marketplace.storage.opening import open_blob_store, open_public_files

__all__ = ["open_blob_store", "open_public_files"]
