"""Opens a package at the closed side: hostile until its signature was checked, and bounded even before that."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from marketplace.bundle.archive import read_archive
from marketplace.bundle.archive_rules import ArchiveRules
from marketplace.bundle.decoding import DecodingError, decode_json
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.limits import STORED_ZIP_BYTES
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.bundle.reading import read_zip
from marketplace.installs.models import Import, ImportMode, ImportState, Step, StepKind, StepState
from marketplace.installs.offline.errors import (
    PackageDamagedError,
    PackageExpiredError,
    PackageForgedError,
    PackageUnknownFormatError,
    PackageUntrustedError,
)
from marketplace.installs.offline.statement import (
    BUNDLE,
    ENTRIES,
    FORMAT,
    ORDER,
    SIGNATURE,
    SIGNED,
    STATEMENT,
    Statement,
    signed_bytes,
)
from marketplace.installs.tailoring import tailored_bundle
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.signing import ALGORITHM, PublicKey
from marketplace.vault.ed25519 import is_signed

KEY_BYTES = 32
MOST_STEPS = 5000


def _limit_of(path: str) -> int:
    return STORED_ZIP_BYTES if path == BUNDLE else MEGABYTE


def _refuse_names(paths: list[str]) -> None:
    if sorted(paths) != sorted(ENTRIES):
        raise PackageDamagedError(place=", ".join(sorted(ENTRIES)))


STORED_PACKAGE_BYTES = STORED_ZIP_BYTES + 4 * MEGABYTE
RULES = ArchiveRules(
    zip_bytes=STORED_PACKAGE_BYTES,
    stored_zip_bytes=STORED_PACKAGE_BYTES,
    unpacked_bytes=STORED_ZIP_BYTES + 3 * MEGABYTE,
    entries=len(ENTRIES),
    limit_of=_limit_of,
    refuse_names=_refuse_names,
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the person at the closed side said whom to believe."""

    keys: Sequence[PublicKey] = ()
    fingerprints: Collection[str] = ()

    def covers(self, key: PublicKey) -> bool:
        """Tell whether a key is among those to believe."""
        plain = {text.replace(" ", "").replace(":", "").lower() for text in self.fingerprints}
        return key in self.keys or key.fingerprint.replace(" ", "") in plain


@dataclass(frozen=True)
class Package:
    """A package whose signature and digests were checked."""

    statement: Statement
    bundle: Bundle
    """As it was released."""
    digest: str
    """Of the bundle."""
    order: JsonObject
    key: PublicKey

    def as_import(self) -> Import:
        """Return the import it is the package of, as the service has it."""
        return Import(
            id=self.statement.import_id,
            mode=ImportMode.CARRY,
            state=ImportState.RUNNING,
            placeholders=dict(self.order["placeholders"]),
            app_names=dict(self.order["app_names"]),
            localise=list(self.order["localise"]),
            with_sample_records=bool(self.order["sample_records"]),
            created_at=datetime.fromisoformat(self.order["moment"]),
        )

    @cached_property
    def tailored(self) -> Bundle:
        """The bundle as the municipality asked for it."""
        return tailored_bundle(self.bundle, self.as_import())

    def steps(self) -> list[Step]:
        """Return its steps, none of them begun."""
        return [
            Step(
                import_id=self.statement.import_id,
                position=position,
                kind=StepKind(planned["kind"]),
                app_key=planned["app"],
                app_name=planned["app_name"],
                state=StepState.PENDING,
                attempts=0,
                is_uncertain=False,
                intent=planned["intent"],
            )
            for position, planned in enumerate(self.order["steps"])
        ]


def open_package(data: bytes, trust: Trust, now: datetime | None) -> Package:
    """Return what a package holds; `now` is None where an installation that was begun in time goes on.

    Raises PackageDamagedError, PackageForgedError, PackageUntrustedError, PackageExpiredError,
    PackageUnknownFormatError.
    """
    files = _files(data)
    signature, document = _json(files, SIGNATURE), _json(files, STATEMENT)
    key = _check_signature(signature, files[STATEMENT], trust)
    if document.get("format") != FORMAT:
        raise PackageUnknownFormatError(format=str(document.get("format"))[:40])
    statement = _statement(document)
    for name in SIGNED:
        if statement.files.get(name) != hashlib.sha256(files[name]).hexdigest():
            raise PackageForgedError(place=name)
    if now is not None and now >= statement.ends:
        raise PackageExpiredError(until=statement.ends.date().isoformat())
    package = Package(statement, _bundle(files[BUNDLE]), statement.files[BUNDLE], _json(files, ORDER), key)
    _check_order(package)
    return package


def _files(data: bytes) -> dict[str, bytes]:
    try:
        return read_archive(data, RULES)
    except BundleRefusedError as error:
        raise PackageDamagedError(place=error.findings[0].file or "zip") from error


def _json(files: dict[str, bytes], name: str) -> JsonObject:
    try:
        return decode_json(files[name], name)
    except DecodingError as error:
        raise PackageDamagedError(place=name) from error


def _check_signature(told: JsonObject, statement: bytes, trust: Trust) -> PublicKey:
    """Return the key; whether it is to be believed is asked only of one that did sign."""
    try:
        key = PublicKey(base64.b64decode(told["public_key"], validate=True))
        signature = base64.b64decode(told["signature"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise PackageDamagedError(place=SIGNATURE) from error
    if told.get("algorithm") != ALGORITHM or len(key.raw) != KEY_BYTES:
        raise PackageDamagedError(place=SIGNATURE)
    if told.get("key") != key.id or not is_signed(key, signature, signed_bytes(statement)):
        raise PackageForgedError(place=STATEMENT)
    if not trust.covers(key):
        raise PackageUntrustedError(fingerprint=key.fingerprint)
    return key


def _statement(document: JsonObject) -> Statement:
    try:
        return Statement.from_document(document)
    except (KeyError, TypeError, ValueError) as error:
        raise PackageDamagedError(place=STATEMENT) from error


def _bundle(content: bytes) -> Bundle:
    try:
        return read_zip(content)
    except BundleRefusedError as error:
        raise PackageDamagedError(place=BUNDLE) from error


def _check_order(package: Package) -> None:
    """Refuse an order that can't be carried out; it is signed, so only another release of the service writes one."""
    try:
        _ = package.tailored
        count = len(package.steps())
    except (KeyError, TypeError, ValueError) as error:
        raise PackageUnknownFormatError(format=ORDER) from error
    if not 0 < count <= MOST_STEPS:
        raise PackageUnknownFormatError(format=ORDER)
