"""What a backup says of itself; it is written last, so that a backup without one does not count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from marketplace.backups.errors import BackupDamagedError

FORMAT = 1
MANIFEST, ROWS, DIGESTS, KEYS = "manifest.json", "rows.jsonl.gz", "blobs.txt.gz", "keys.json"
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one backup."""

    name: str
    made_at: str
    version: str
    """Of the program that made it."""
    revision: str
    """Of the schema of the database."""
    database: str
    """The kind it was taken from; it can be restored into either."""
    tables: Mapping[str, int]
    """How many rows there are of each table."""
    files: Mapping[str, str]
    """The SHA-256 of rows, list of blobs and keys, by the names of their files."""
    blobs: int
    """How many blobs are in the backup."""
    missing: list[str]
    """Blobs that rows name and the storage did not hold, or only damaged, when the backup was made."""
    sealed: int
    """Texts that can be read only with the keys of the vault."""
    unreadable: int
    """Of these, what the keys of the service itself did not open any more."""
    has_keys: bool
    """Whether the keys are in the backup; if not, credentials.key must be kept elsewhere."""

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(self.tables.values())

    def as_bytes(self) -> bytes:
        """Return the manifest as it is written, with a digest over all the rest."""
        content = {"format": FORMAT, **asdict(self)}
        return json.dumps({**content, DIGEST: _digest(content)}, ensure_ascii=False, indent=2).encode() + b"\n"


class ManifestInput(Schema):
    """A manifest that was read from somewhere."""

    class Meta:
        """A later version may tell more."""

        unknown = EXCLUDE

    name = fields.String(required=True)
    made_at = fields.String(required=True)
    version = fields.String(required=True)
    revision = fields.String(required=True)
    database = fields.String(required=True)
    tables = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True), required=True)
    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    blobs = fields.Integer(strict=True, required=True)
    missing = fields.List(fields.String(), required=True)
    sealed = fields.Integer(strict=True, required=True)
    unreadable = fields.Integer(strict=True, required=True)
    has_keys = fields.Boolean(required=True)


def read_manifest(content: bytes) -> Manifest:
    """Return the facts, if they are as they were written. Raises BackupDamagedError."""
    try:
        found = json.loads(content)
        told = found.pop(DIGEST)
        if found.get("format") != FORMAT or told != _digest(found):
            raise BackupDamagedError(what=MANIFEST)
        return Manifest(**ManifestInput().load(found))
    except (ValueError, KeyError, AttributeError, TypeError, ValidationError) as error:
        raise BackupDamagedError(what=MANIFEST) from error


def name_for(moment: datetime, key: str) -> str:
    """Return a name that sorts by time and that no other backup has."""
    return f"{moment:%Y%m%dT%H%M%S.%fZ}-{key[:6].lower()}"


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
