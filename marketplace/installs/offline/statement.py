"""What a package consists of, and what is signed in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.bundle.canonical import canonical_json
from marketplace.bundle.model import JsonObject

FORMAT = "yokoten-package/1"
BUNDLE, ORDER, STATEMENT, SIGNATURE = "bundle.zip", "order.json", "statement.json", "signature.json"
SIGNED = (BUNDLE, ORDER)
"""The files whose digests the statement names; the signature covers the statement."""
ENTRIES = frozenset({*SIGNED, STATEMENT, SIGNATURE})
VALID_FOR = timedelta(days=90)
"""A version that was withdrawn must not be carried around for ever."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Who made a package, for whom, of what, and until when it may be used."""

    import_id: str
    service: str
    municipality: str
    workspace: str
    kintone: str | None
    """The address the workspace has for the service; None where it is a built-in one."""
    guest_space: str | None
    template: str
    version: str
    made_at: str
    valid_until: str
    files: JsonObject

    def as_document(self) -> JsonObject:
        """Return the statement as the package holds it."""
        return {
            "format": FORMAT,
            "import": self.import_id,
            "service": self.service,
            "municipality": self.municipality,
            "workspace": self.workspace,
            "kintone": self.kintone,
            "guest_space": self.guest_space,
            "template": self.template,
            "version": self.version,
            "made_at": self.made_at,
            "valid_until": self.valid_until,
            "files": self.files,
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Statement:
        """Read back what as_document wrote. Raises KeyError, TypeError or ValueError."""
        told = {name: value for name, value in document.items() if name not in {"format", "import"}}
        made = cls(import_id=document["import"], **told)
        texts = [made.import_id, made.service, made.municipality, made.workspace, made.template, made.version]
        if not all(isinstance(text, str) for text in texts) or not isinstance(made.files, dict):
            raise TypeError
        for moment in (made.made_at, made.valid_until):
            if datetime.fromisoformat(moment).tzinfo is None:
                raise ValueError(moment)
        return made

    @property
    def ends(self) -> datetime:
        """The moment from which it may not be used any more."""
        return datetime.fromisoformat(self.valid_until)


def signed_bytes(statement: bytes) -> bytes:
    """Return what a signature of a statement covers: it can't be taken for a signature of anything else."""
    return FORMAT.encode("ascii") + b"\n" + statement


def written(document: JsonObject) -> bytes:
    """Return a file of a package: the same bytes for the same content."""
    return canonical_json(document)
