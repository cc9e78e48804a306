"""The part that keeps files under names of their own, which anybody may read, also past this service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class PublicFiles(Protocol):
    """Files by path; a file is whole or not there. Adapters pass tests/contract/test_public_files.py."""

    def put(self, path: str, data: bytes) -> None:
        """Write a file, in place of the one that is there."""
        ...

    def get(self, path: str) -> bytes | None:
        """Return the file, None if there is none."""
        ...

    def exists(self, path: str) -> bool:
        """Tell whether a file is there."""
        ...

    def walk(self) -> Iterator[tuple[str, int]]:
        """Return path and size of every file."""
        ...


class NoPublicFiles:
    """Keeps nothing: what stands in where the composition root chose no place."""

    def put(self, path: str, data: bytes) -> None:
        """Let it fall."""

    def get(self, path: str) -> bytes | None:  # noqa: ARG002 - the protocol's
        """Have none."""
        return None

    def exists(self, path: str) -> bool:  # noqa: ARG002 - the protocol's
        """Have none."""
        return False

    def walk(self) -> Iterator[tuple[str, int]]:
        """Have none."""
        return iter(())
