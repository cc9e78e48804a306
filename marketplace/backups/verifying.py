"""Reads a backup from its first byte to its last and tells whether it is what was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from marshmallow import Schema, ValidationError, fields

from marketplace.backups.errors import BackupDamagedError
from marketplace.backups.files import digest_of_file
from marketplace.backups.manifest import DIGESTS, KEYS, ROWS, Manifest, read_manifest
from marketplace.backups.places import Kept
from marketplace.backups.rows import Tally, read_digests, read_rows
from marketplace.backups.tables import sealed_places
from marketplace.kernel.vault import Vault


@dataclass(slots=True)
class Checked:
    """What came of reading a backup whose rows are sound."""

    manifest: Manifest
    unreadable: int = 0
    """Sealed texts that the keys at hand do not open."""
    damaged: list[str] = field(default_factory=list)
    """Blobs that should be in it and are not there, or not as they were."""

    @property
    def shut(self) -> int:
        """How many secrets the service could open that the keys at hand can't."""
        return max(0, self.unreadable - self.manifest.unreadable)


class KeysInput(Schema):
    """The keys in a backup, by what they are for."""

    credentials = fields.String(load_default="")
    signing = fields.String(load_default="")
    secret = fields.String(load_default="")


def verify_backup(kept: Kept, vault: Vault | None, renew: Callable[[], None] = lambda: None) -> Checked:
    """Read everything. Raises BackupNotFoundError, or BackupDamagedError if rows, keys or manifest are not sound."""
    manifest = read_manifest(kept.read_manifest())
    for name, digest in manifest.files.items():
        with kept.open_file(name) as file:
            if digest_of_file(file) != digest:
                raise BackupDamagedError(what=name)
    tally = count_rows(kept, vault, renew)
    if (tally.tables, tally.sealed) != (manifest.tables, manifest.sealed):
        raise BackupDamagedError(what=ROWS)
    checked = Checked(manifest, tally.unreadable)
    missing, seen = frozenset(manifest.missing), 0
    with open_digests(kept) as digests:
        for digest, data in kept.read_blobs(digests):
            renew()
            seen += 1
            if data is None and digest not in missing:
                checked.damaged.append(digest)
    if seen != manifest.blobs + len(missing):
        raise BackupDamagedError(what=DIGESTS)
    return checked


def count_rows(kept: Kept, vault: Vault | None, renew: Callable[[], None]) -> Tally:
    """Count the rows of each table, and the secrets in them. Raises BackupDamagedError."""
    tally = Tally()
    with kept.open_file(ROWS) as file:
        for section, rows in read_rows(file):
            renew()
            sealed, count = sealed_places(section.columns), 0
            for row in rows:
                count += 1
                tally.count_sealed(sealed, row, vault)
            tally.tables[section.name] = count
    return tally


@contextmanager
def open_digests(kept: Kept) -> Iterator[Iterator[str]]:
    """Read the names of the blobs, one by one."""
    with kept.open_file(DIGESTS) as file:
        yield read_digests(file)


def read_keys(kept: Kept, manifest: Manifest) -> Mapping[str, str]:
    """Return the keys that are in a backup, by what they are for. Raises BackupDamagedError."""
    if not manifest.has_keys:
        return {}
    with kept.open_file(KEYS) as file:
        content = file.read()
    try:
        keys: Mapping[str, str] = KeysInput().load(json.loads(content))
    except (ValueError, ValidationError) as error:
        raise BackupDamagedError(what=KEYS) from error
    return keys
