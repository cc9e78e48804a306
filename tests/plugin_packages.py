"""Packs plug-ins as kintone's packer does."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MANIFEST: dict[str, Any] = {
    "manifest_version": 1,
    "version": "1.2",
    "type": "APP",
    "name": {"en": "Report", "ja": "帳票"},
    "description": {"en": "Prints reports."},
    "icon": "icon.png",
    "desktop": {"js": ["js/main.js", "https://example.com/lib.js"], "css": []},
}
FILES = {"icon.png": b"png", "js/main.js": b"console.log(1);"}


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The signing key of a name; the packer makes keys of 1024 bits."""
    return rsa.generate_private_key(65537, 1024)  # noqa: S505


def public_key(key: Any) -> bytes:
    """The key as packages carry it."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(key: rsa.RSAPrivateKey, content: bytes) -> bytes:
    """The signature of a package's content."""
    return key.sign(content, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303


def make_zip(files: dict[str, bytes]) -> bytes:
    """A zip of some files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return made.getvalue()


def make_contents(manifest: object = MANIFEST, files: dict[str, bytes] = FILES) -> bytes:
    """The inner zip."""
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    return make_zip({"manifest.json": text, **files})


def make_package(contents: bytes | None = None, key: str = "first", **parts: bytes) -> bytes:
    """A package, signed unless `parts` replaces the signature."""
    signer = private_key(key)
    content = make_contents() if contents is None else contents
    whole = {"contents.zip": content, "PUBKEY": public_key(signer), "SIGNATURE": sign(signer, content)}
    return make_zip({**whole, **parts})
