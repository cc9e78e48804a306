"""Follows a head down to all it vouches for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marketplace.mirror.errors import IndexRewrittenError
from marketplace.mirror.feed import JSON_BYTES, Entry, Head
from marketplace.mirror.inputs import read_segment, read_template
from marketplace.mirror.names import bundle_path, segment_path, template_path
from marketplace.mirror.sealing import decode
from marketplace.mirror.sources import Source, read_exact


@dataclass(frozen=True, slots=True)
class Feed:
    """All entries that a head vouches for, and its segments, the newest first."""

    entries: list[Entry]
    segments: list[str]

    @property
    def newest(self) -> list[Entry]:
        """Return the entry that counts of each template, in the order of their names."""
        latest = {entry.template: entry for entry in self.entries}
        return [latest[name] for name in sorted(latest)]


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A bundle that a template's file names."""

    path: str
    sha256: str
    size: int


def read_feed(source: Source, head: Head) -> Feed:
    """Return all entries. Raises what reading raises."""
    rows, segments = [list(head.entries)], []
    digest, last = head.segment, head.closed
    while digest is not None:
        path = segment_path(digest)
        segment = read_segment(decode(read_exact(source, path, digest, JSON_BYTES), path), path, last)
        segments.append(digest)
        rows.append(list(segment.entries))
        digest, last = segment.previous, segment.first - 1
    return Feed([entry for row in reversed(rows) for entry in row], segments)


def require_continued(kept: Head, head: Head, feed: Feed) -> None:
    """Refuse a feed that does not say what it said before. Raises IndexRewrittenError."""
    if kept.history != head.history:
        return
    if kept.segment is not None and kept.segment not in feed.segments:
        raise IndexRewrittenError(number=kept.closed)
    for entry in kept.entries:
        if feed.entries[entry.number - 1] != entry:
            raise IndexRewrittenError(number=entry.number)


def read_entry(source: Source, entry: Entry) -> dict[str, Any]:
    """Return the file of a template. Raises what reading raises."""
    path = template_path(entry.template, entry.sha256)
    document = decode(read_exact(source, path, entry.sha256, entry.size), path)
    return read_template(document, path, entry.template)


def bundles_of(template: dict[str, Any]) -> Iterator[BundleFile]:
    """Return the bundles of versions that may be installed."""
    for version in template["versions"]:
        if is_offered(version):
            yield BundleFile(bundle_path(version["sha256"]), version["sha256"], version["size"])


def is_offered(version: dict[str, Any]) -> bool:
    """Tell whether a version has a bundle in the index: not when it was withdrawn, or its file is lost."""
    return version["withdrawn"] is None and bool(version["is_available"])
