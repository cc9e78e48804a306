"""How large a bundle and its pieces may be (docs/bundle.md, Limits)."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

ZIP_BYTES = 20 * MEGABYTE
"""Of a compressed zip; one that is only stored, as the service writes it, may be as large as its content."""
UNPACKED_BYTES = 60 * MEGABYTE
ENTRIES = 2000
PATH_CHARACTERS = 200
PATH_DEPTH = 8
JSON_BYTES = 5 * MEGABYTE
JSON_NESTING = 40
JSON_VALUES = 200_000
JSON_INTEGER_DIGITS = 18
TEXT_BYTES = MEGABYTE
IMAGE_BYTES = 2 * MEGABYTE
APPS = 30
FIELDS_PER_APP = 500
RECORDS_PER_APP = 500

ZIP_ENTRY_OVERHEAD = 1024
"""More than the local header, the descriptor, the directory entry and twice the longest path take."""
STORED_ZIP_BYTES = UNPACKED_BYTES + ENTRIES * ZIP_ENTRY_OVERHEAD


def limit_of(path: str) -> int:
    """Return how many bytes the file at a path of the bundle may have."""
    if path.startswith("images/"):
        return IMAGE_BYTES
    if path.startswith("apps/") and path.count("/") > 2:  # noqa: PLR2004 - apps/<key>/files/… lies deeper than the parts
        return UNPACKED_BYTES
    return JSON_BYTES if path.endswith(".json") else TEXT_BYTES
