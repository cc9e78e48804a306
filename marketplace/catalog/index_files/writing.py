"""The job that writes the files of the index: first what is named by its content, then the head that names it.

Whoever is stopped leaves files that nothing names yet, and the rows that say what is still to be written. Two at once
write the same files; heads are written one after the other, with the row of the state locked.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalog.index_files.models import IndexChange, IndexedTemplate, IndexSegment, IndexState
from marketplace.catalog.index_files.numbering import (
    STATE,
    due_templates,
    entries_after,
    lock_state,
    look_at_bundles,
    number_changes,
    segment_file,
)
from marketplace.db.unit_of_work import AfterCommit, Sessions, unit_of_work
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.context import Context
from marketplace.kernel.ports import Ports
from marketplace.mirror.errors import IndexDamagedError
from marketplace.mirror.feed import Entry, Head
from marketplace.mirror.inputs import read_head, read_seal
from marketplace.mirror.names import HEAD, bundle_path, segment_path, template_path
from marketplace.mirror.reading import is_offered
from marketplace.mirror.sealing import decode, seal_head
from marketplace.storage.errors import BlobDamagedError, BlobMissingError

JOB, ALL_DUE = "write-index", "catalog"
AT_ONCE = 20
"""Templates numbered in one transaction."""
VALID_FOR = timedelta(days=7)
SIGNED_EVERY = timedelta(hours=6)
PAUSE = timedelta(seconds=30)
"""Before the next try, when the storage refused."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edition:
    """All that the index says at a moment, and the files that are not written yet."""

    number: int
    templates: int
    segment: str | None
    entries: list[Entry]
    files: dict[str, bytes]
    bundles: set[str]


class IndexRound:
    """Writes what is due, one thread of a process at a time."""

    def __init__(self, sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
        """Keep the ports."""
        self._sessions, self._ports, self._now = sessions, ports, now
        self._turn = threading.Lock()
        self._not_before: datetime | None = None

    def due(self, session: Session) -> list[tuple[str, str]]:
        """Return the errand if files are to be written, or the head is to be signed anew."""
        now = self._now()
        if self._not_before is not None and self._not_before - PAUSE <= now < self._not_before:
            return []  # Longer than a pause it never is, also when the clock was set back.
        return [(JOB, ALL_DUE)] if is_due(session, now) else []

    def write(self, _subject: str) -> None:
        """Write until nothing is due."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            write_index(self._sessions, self._ports, self._now)
            self._not_before = None
        except Exception:
            self._not_before = self._now() + PAUSE
            raise
        finally:
            self._turn.release()


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether the files do not say what the catalog says, or were signed a while ago."""
    if session.scalar(select(IndexedTemplate.template_id).where(IndexedTemplate.is_due).limit(1)) is not None:
        return True
    state = session.get(IndexState, STATE)
    return state is None or state.written < state.number or _is_old(state, now)


def write_index(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    """Number what changed and write what was numbered, until nothing is left that could be numbered now."""

    def context(session: Session, after_commit: AfterCommit) -> Context:
        return Context(session, SYSTEM, now, after_commit, ports)

    while True:
        with unit_of_work(sessions, writes=False) as work:
            due = due_templates(context(*work), AT_ONCE)
            asks = look_at_bundles(context(*work), due)
        with unit_of_work(sessions) as work:
            looked_at = number_changes(context(*work), due, asks)
        with unit_of_work(sessions) as work:
            edition = gather(context(*work))
        write_files(ports, edition)
        with unit_of_work(sessions) as work:
            is_written = write_head(context(*work), edition)
        if is_written and not looked_at:
            return


def write_all_anew(sessions: Sessions, ports: Ports, now: Callable[[], datetime]) -> None:
    """Write every file again, for a storage that may have lost some."""
    with unit_of_work(sessions) as (session, after_commit):
        state = lock_state(Context(session, SYSTEM, now, after_commit, ports))
        state.written, state.signed_at = 0, None
    write_index(sessions, ports, now)


def gather(ctx: Context) -> Edition:
    """Return what is to be written: all that was numbered since the head was, with nothing numbered meanwhile."""
    state = lock_state(ctx)
    new = select(IndexedTemplate).where(IndexedTemplate.number > state.written).order_by(IndexedTemplate.number)
    files, bundles = {}, set()
    for indexed in ctx.session.scalars(new):
        document: dict[str, Any] = json.loads(indexed.content or "")
        name = f"{document['publisher']['code']}/{document['slug']}"
        files[template_path(name, str(indexed.sha256))] = (indexed.content or "").encode("utf-8")
        bundles |= {version["sha256"] for version in document["versions"] if is_offered(version)}
    for segment in ctx.session.scalars(select(IndexSegment).where(IndexSegment.last > state.written)):
        files[segment_path(segment.sha256)] = segment_file(ctx, segment.last)
    counted = ctx.session.scalar(
        select(func.count()).select_from(IndexedTemplate).where(IndexedTemplate.number.is_not(None))
    )
    entries = entries_after(ctx, state.closed, state.number)
    return Edition(state.number, counted or 0, state.segment, entries, files, bundles)


def write_files(ports: Ports, edition: Edition) -> None:
    """Write what the head is going to name; of a bundle that was lost since, the doctor tells."""
    for digest in sorted(edition.bundles):
        path = bundle_path(digest)
        if ports.public_files.exists(path):
            continue
        try:
            ports.public_files.put(path, ports.blobs.get(digest))
        except (BlobMissingError, BlobDamagedError):
            log.warning("The bundle %s is lost; the index names it all the same", digest)
    for path, content in edition.files.items():
        ports.public_files.put(path, content)


def write_head(ctx: Context, edition: Edition) -> bool:
    """Write the head of an edition unless a newer one is written; tell False if all must be gathered anew."""
    state, now = lock_state(ctx), ctx.now()
    if edition.number < state.written or (edition.number == state.written and not _is_old(state, now)):
        return True
    there = _head_in(ctx.ports.public_files.get(HEAD))
    if there is None and state.written > 0:
        state.written = 0
        return False
    if there is not None and _is_of_another_past(ctx, state, there):
        state.history = max(int(now.timestamp()), there.history + 1)
    elif there is not None and there.number > edition.number:
        return False
    head = Head(
        service=ctx.ports.place.url,
        history=state.history,
        number=edition.number,
        signed_at=now,
        expires_at=now + VALID_FOR,
        templates=edition.templates,
        segment=edition.segment,
        entries=edition.entries,
    )
    ctx.ports.public_files.put(HEAD, seal_head(head, ctx.ports.signer))
    state.written, state.signed_at = edition.number, now
    return True


def _is_old(state: IndexState, now: datetime) -> bool:
    return state.signed_at is None or abs(now - state.signed_at) >= SIGNED_EVERY


def _head_in(data: bytes | None) -> Head | None:
    """Return the head that is there; what can't be read counts as none."""
    try:
        return None if data is None else read_head(read_seal(decode(data, HEAD))["head"])
    except IndexDamagedError:
        return None


def _is_of_another_past(ctx: Context, state: IndexState, there: Head) -> bool:
    """Tell whether the files know what the database does not, as when it was set back to an earlier moment."""
    if there.history > state.history or there.number > state.number:
        return True
    if there.entries:
        known = ctx.session.get(IndexChange, there.number)
        return known is None or known.sha256 != there.entries[-1].sha256
    closed = ctx.session.get(IndexSegment, there.closed)
    return there.closed > 0 and (closed is None or closed.sha256 != there.segment)
