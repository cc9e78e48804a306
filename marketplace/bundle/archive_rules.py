"""What a zip may hold: how large it and its files may be, and which names they may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.bundle import limits
from marketplace.bundle.paths import refuse_names


@dataclass(frozen=True, slots=True)
class ArchiveRules:
    """The bounds of one kind of zip."""

    zip_bytes: int
    """Of a zip with compressed files."""
    stored_zip_bytes: int
    """Of a zip whose files are only stored."""
    unpacked_bytes: int
    entries: int
    limit_of: Callable[[str], int]
    """How many bytes the file at a path may have."""
    refuse_names: Callable[[list[str]], None]
    """Raises BundleRefusedError for names that collide or have no place."""


OF_BUNDLES = ArchiveRules(
    zip_bytes=limits.ZIP_BYTES,
    stored_zip_bytes=limits.STORED_ZIP_BYTES,
    unpacked_bytes=limits.UNPACKED_BYTES,
    entries=limits.ENTRIES,
    limit_of=limits.limit_of,
    refuse_names=refuse_names,
)
