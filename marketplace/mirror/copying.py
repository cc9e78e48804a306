"""Copies an index into a folder: only what is not there, and whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from marketplace.mirror.errors import (
    IndexExpiredError,
    IndexFileNotFoundError,
    IndexForgedError,
    IndexIncompleteError,
    IndexRolledBackError,
    IndexTooLargeError,
)
from marketplace.mirror.feed import JSON_BYTES, Head
from marketplace.mirror.folder import MirrorFolder, State, Wish
from marketplace.mirror.names import HEAD, template_path
from marketplace.mirror.reading import bundles_of, read_entry, read_feed, require_continued
from marketplace.mirror.sealing import Believes, Sealed, open_head
from marketplace.mirror.sources import Source, read_exact

TRIES = 3
"""How often a source may change while it is copied."""
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be copied from where, and whom to believe."""

    address: str
    wish: Wish
    believes: Believes | None
    """None for whoever signed what is there, or who signs the first."""
    allows_expired: bool = False


@dataclass(slots=True)
class Copied:
    """What a copy came to."""

    state: State
    templates: int = 0
    bundles: int = 0
    fetched: int = 0
    removed: int = 0


class _Through:
    """Reads what the folder holds from there, and everything else from the source, into the folder."""

    def __init__(self, source: Source, folder: MirrorFolder) -> None:
        self._source, self._folder = source, folder
        self.read_paths: set[str] = set()
        self.fetched = 0

    def read(self, path: str, most: int) -> bytes:
        return self._folder.read(path, most)

    def bring(self, path: str, digest: str, most: int) -> None:
        self.read_paths.add(path)
        try:
            read_exact(self._folder, path, digest, most)
        except (IndexFileNotFoundError, IndexForgedError, IndexTooLargeError):
            self._folder.write(path, read_exact(self._source, path, digest, most))
            self.fetched += 1


class _Segments:
    """The source of segments: brought into the folder as the feed is followed."""

    def __init__(self, through: _Through) -> None:
        self._through = through

    def read(self, path: str, most: int) -> bytes:
        digest = path.rpartition("/")[2].partition(".")[0]
        self._through.bring(path, digest, most)
        return self._through.read(path, most)


def copy_index(source: Source, folder: MirrorFolder, order: Order, now: datetime, tell: Tell) -> Copied:
    """Make a folder say what the source says now; whoever is stopped leaves what it said before, whole.

    Raises what mirror.errors has.
    """
    with folder.locked():
        kept = folder.state()
        for attempt in range(1, TRIES + 1):
            sealed = _fetch_head(source, kept, order, now)
            try:
                return _copy(source, folder, State(order.address, order.wish, sealed), kept, tell)
            except IndexFileNotFoundError as error:
                # The source may have changed since its head was read, and dropped what only that named.
                if attempt == TRIES or source.read(HEAD, JSON_BYTES) == sealed.data:
                    raise IndexIncompleteError(path=error.params["path"]) from error
        raise AssertionError


def _fetch_head(source: Source, kept: State | None, order: Order, now: datetime) -> Sealed:
    data = source.read(HEAD, JSON_BYTES)
    believes = order.believes or (_everybody if kept is None else kept.sealed.key.__eq__)
    sealed = open_head(data, believes)
    head = sealed.head
    if kept is not None and head.place < kept.sealed.head.place:
        raise IndexRolledBackError(kept=_told(kept.sealed.head), found=_told(head))
    if head.expires_at <= now and not order.allows_expired:
        raise IndexExpiredError(until=head.expires_at.date().isoformat())
    return sealed


def _copy(source: Source, folder: MirrorFolder, state: State, kept: State | None, tell: Tell) -> Copied:
    through, head = _Through(source, folder), state.sealed.head
    feed = read_feed(_Segments(through), head)
    if kept is not None:
        require_continued(kept.sealed.head, head, feed)
    copied = Copied(state)
    wanted = [entry for entry in feed.newest if state.wish.covers(entry)]
    for number, entry in enumerate(wanted, 1):
        through.bring(template_path(entry.template, entry.sha256), entry.sha256, entry.size)
        template = read_entry(through, entry)
        if state.wish.bundles:
            for bundle in bundles_of(template):
                through.bring(bundle.path, bundle.sha256, bundle.size)
                copied.bundles += 1
        copied.templates = number
        tell(number, len(wanted))
    folder.keep(state)
    copied.fetched, copied.removed = through.fetched, folder.prune(through.read_paths)
    return copied


def _everybody(_key: object) -> bool:
    return True


def _told(head: Head) -> str:
    return f"{head.history}-{head.number}"
