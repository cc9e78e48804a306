"""Makes a backup while others write: first the rows of one moment, then the blobs that they name, then a look at all.

From before the moment until the end no sweep deletes a blob (storage/holding.py), so that what the rows name is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from marketplace.backups.errors import (
    BackupDamagedError,
    BackupPlaceError,
    NothingToBackUpError,
    RestoreUnfinishedError,
)
from marketplace.backups.files import digest_of_file, private_file
from marketplace.backups.manifest import DIGESTS, KEYS, ROWS, Manifest, name_for
from marketplace.backups.places import Draft, Kept, Place
from marketplace.backups.rows import Tally, read_digests, write_digests, write_rows
from marketplace.backups.verifying import Checked, verify_backup
from marketplace.db.engine import WRITES
from marketplace.db.migrating import revision_of
from marketplace.db.unfinished import find_unfinished
from marketplace.db.unit_of_work import Sessions
from marketplace.kernel.ids import new_id
from marketplace.kernel.ports import BlobStore
from marketplace.kernel.vault import Vault
from marketplace.storage.errors import BlobDamagedError, BlobMissingError
from marketplace.storage.holding import holding_blobs


@dataclass(frozen=True, slots=True)
class Source:
    """The service that is backed up."""

    sessions: Sessions
    blobs: BlobStore
    vault: Vault
    now: Callable[[], datetime]
    version: str


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was finished."""

    manifest: Manifest
    where: str
    copied: int
    """Blobs that were not there from an earlier backup."""
    copied_bytes: int


@dataclass(slots=True)
class _Copied:
    blobs: int = 0
    copied: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)


def make_backup(source: Source, place: Place, keys: Mapping[str, str] | None = None) -> Made:
    """Make a backup, with these keys in it if any are given, and read it back before it counts.

    Raises BackupPlaceError, NothingToBackUpError, RestoreUnfinishedError, StorageUnavailableError or
    BackupDamagedError.
    """
    made_at = source.now()
    name = name_for(made_at, new_id())
    with _telling(name), place.begin(name) as draft, holding_blobs(source.sessions, source.now) as renew:
        tally, revision, dialect = _write_rows(source, draft, renew)
        parts = [ROWS, DIGESTS, *([KEYS] if keys else [])]
        if keys:
            with private_file(draft.folder / KEYS) as file:
                file.write(json.dumps(dict(keys)).encode())
        digests = {part: _digest_of(draft.folder / part) for part in parts}
        copied = _copy_blobs(source, draft, parts, renew)
        manifest = Manifest(
            name=name,
            made_at=made_at.isoformat(timespec="seconds"),
            version=source.version,
            revision=revision,
            database=dialect,
            tables=tally.tables,
            files=digests,
            blobs=copied.blobs,
            missing=copied.missing,
            sealed=tally.sealed,
            unreadable=tally.unreadable,
            has_keys=bool(keys),
        )
        kept = draft.seal(manifest.as_bytes())
        _mend(source, draft, kept, verify_backup(kept, source.vault, renew))
        return Made(manifest, draft.finish(), copied.copied, copied.size)


def forget_old(place: Place, keep: int) -> tuple[list[str], int]:
    """Delete all but so many of the latest backups; return their names, and how many blobs went with them."""
    names = place.names()
    old = names[:-keep]
    if not old or not place.keeps_many:
        return [], 0
    return old, place.forget(old, _digests_of(place, names[-keep:]))


def _digests_of(place: Place, names: list[str]) -> Iterator[str]:
    for name in names:
        with place.open(name).open_file(DIGESTS) as file:
            yield from read_digests(file)


def _write_rows(source: Source, draft: Draft, renew: Callable[[], None]) -> tuple[Tally, str, str]:
    with _moment(source.sessions) as connection:
        unfinished = find_unfinished(connection)
        if unfinished is not None:
            raise RestoreUnfinishedError(backup=unfinished)
        revision = revision_of(connection)
        if revision is None:
            raise NothingToBackUpError
        tally = write_rows(connection, draft.folder / ROWS, source.vault, renew)
        write_digests(connection, draft.folder / DIGESTS)
        return tally, revision, connection.dialect.name


@contextmanager
def _moment(sessions: Sessions) -> Iterator[Connection]:
    """Read all of the block's statements as of one moment, and keep no writer waiting."""
    options: dict[str, Any] = {WRITES: False}
    if sessions.engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with sessions.engine.execution_options(**options).connect() as connection, connection.begin():
        yield connection


def _copy_blobs(source: Source, draft: Draft, parts: list[str], renew: Callable[[], None]) -> _Copied:
    done = _Copied()
    with (draft.folder / DIGESTS).open("rb") as file:
        draft.put_files(parts)
        for digest in read_digests(file):
            renew()
            if draft.lacks(digest):
                data = _read(source.blobs, digest)
                if data is None:
                    done.missing.append(digest)
                    continue
                draft.add_blob(digest, data)
                done.copied, done.size = done.copied + 1, done.size + len(data)
            done.blobs += 1
    return done


def _mend(source: Source, draft: Draft, kept: Kept, checked: Checked) -> None:
    """Copy once more what an earlier backup left here damaged. Raises BackupDamagedError."""
    for digest in checked.damaged:
        data = _read(source.blobs, digest)
        if data is not None:
            draft.add_blob(digest, data)
        if dict(kept.read_blobs([digest]))[digest] is None:
            raise BackupDamagedError(what=digest)


def _read(blobs: BlobStore, digest: str) -> bytes | None:
    try:
        return blobs.get(digest)
    except (BlobMissingError, BlobDamagedError):
        return None


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of_file(file)


@contextmanager
def _telling(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupPlaceError(place=error.filename or name, reason=error.strerror or str(error)) from error
