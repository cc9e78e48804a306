"""Reads a plug-in's package: the zip that kintone's packer makes, and the signature that ties its content to its id.

A package holds PUBKEY (an RSA key in DER), SIGNATURE (PKCS #1 v1.5 over SHA-1) and contents.zip. Nothing of it is
ever run or shown, but what is not whole and signed is refused all the same, as kintone does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from marketplace.bundle.archive import read_archive
from marketplace.bundle.archive_rules import ArchiveRules
from marketplace.bundle.decoding import DecodingError, decode_json
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.paths import check_collisions
from marketplace.kernel.text import Text
from marketplace.sandbox.plugins.errors import PluginPackageError
from marketplace.sandbox.plugins.manifest import Manifest, read_manifest

MEGABYTE = 1024 * 1024
PACKAGE_BYTES = 20 * MEGABYTE
UNPACKED_BYTES = 60 * MEGABYTE
ENTRIES = 2000
MANIFEST, MANIFEST_BYTES = "manifest.json", MEGABYTE
LEAST_KEY_BITS, MOST_KEY_BITS = 1024, 8192
PARTS = {"PUBKEY", "SIGNATURE", "contents.zip"}
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")

NOT_A_ZIP = Text("zipとして読み取れないか、中身が多すぎます。", "It cannot be read as a zip file, or holds too much.")
PART_MISSING = Text(
    "PUBKEY、SIGNATURE、contents.zipの3つだけが入っている必要があります。",
    "It must hold PUBKEY, SIGNATURE and contents.zip, and nothing else.",
)
KEY_UNKNOWN = Text("公開鍵を読み取れません。", "The public key cannot be read.")
NOT_SIGNED = Text("署名が中身と一致しません。", "The signature does not fit the contents.")
NO_MANIFEST = Text(
    "manifest.jsonがないか、JSONとして読み取れません。", "manifest.json is missing or cannot be read as JSON."
)


@dataclass(frozen=True, slots=True)
class PluginPackage:
    """A plug-in as its package describes it."""

    id: str
    manifest: Manifest


def _refuse_collisions(paths: list[str]) -> None:
    findings = check_collisions(paths)
    if findings:
        raise BundleRefusedError(findings)


RULES = ArchiveRules(
    zip_bytes=PACKAGE_BYTES,
    stored_zip_bytes=PACKAGE_BYTES,
    unpacked_bytes=UNPACKED_BYTES,
    entries=ENTRIES,
    limit_of=lambda path: MANIFEST_BYTES if path == MANIFEST else PACKAGE_BYTES,
    refuse_names=_refuse_collisions,
)


def read_package(data: bytes) -> PluginPackage:
    """Return what a package says of its plug-in. Raises PluginPackageError."""
    parts = _unzip(data)
    if set(parts) != PARTS:
        raise PluginPackageError(PART_MISSING)
    _check_signature(parts["PUBKEY"], parts["SIGNATURE"], parts["contents.zip"])
    files = _unzip(parts["contents.zip"])
    try:
        document = decode_json(files.get(MANIFEST, b""), MANIFEST)
    except DecodingError as error:
        raise PluginPackageError(NO_MANIFEST) from error
    return PluginPackage(plugin_id(parts["PUBKEY"]), read_manifest(document, set(files)))


def plugin_id(public_key: bytes) -> str:
    """Return the id of the plug-ins of a key: the first 32 digits of its SHA-256, as letters from a to p."""
    return hashlib.sha256(public_key).hexdigest()[:32].translate(LETTERS)


def _unzip(data: bytes) -> dict[str, bytes]:
    try:
        return read_archive(data, RULES)
    except BundleRefusedError as error:
        raise PluginPackageError(NOT_A_ZIP) from error


def _check_signature(public_key: bytes, signature: bytes, content: bytes) -> None:
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PluginPackageError(KEY_UNKNOWN) from error
    if not isinstance(key, RSAPublicKey) or not LEAST_KEY_BITS <= key.key_size <= MOST_KEY_BITS:
        raise PluginPackageError(KEY_UNKNOWN)
    try:
        # The packer of kintone signs this way; the hash guards no secret here.
        key.verify(signature, content, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    except (InvalidSignature, ValueError) as error:
        raise PluginPackageError(NOT_SIGNED) from error
