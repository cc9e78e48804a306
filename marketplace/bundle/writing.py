"""Writes bundles: the canonical files, the deterministic zip and its digest, and the folder authors work in."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path

from marketplace.bundle.archive import CENTRAL, CENTRAL_MARK, END, END_MARK, FLAG_UTF8, LOCAL, LOCAL_MARK
from marketplace.bundle.canonical import canonical_json, json_files, plain_files, readable_json
from marketplace.bundle.model import Bundle

VERSION_NEEDED = 20
MADE_BY_UNIX = 3 << 8 | VERSION_NEEDED
DATE_1980 = 0x0021
MODE_0644 = 0o100644 << 16


def canonical_files(bundle: Bundle) -> dict[str, bytes]:
    """Return every file of the bundle in canonical form, in code-point order of the paths."""
    files = {path: canonical_json(value) for path, value in json_files(bundle).items()}
    files.update(plain_files(bundle))
    return dict(sorted(files.items()))


def write_zip(bundle: Bundle) -> bytes:
    """Return the one zip of this content."""
    return store_files(canonical_files(bundle))


def store_files(files: Mapping[str, bytes]) -> bytes:
    """Return the zip of some files: the same bytes on every machine, since no compressor is involved."""
    body, directory = bytearray(), bytearray()
    for path, content in files.items():
        name = path.encode("utf-8")
        flags = 0 if path.isascii() else FLAG_UTF8
        common = (flags, 0, 0, DATE_1980, zlib.crc32(content), len(content), len(content), len(name), 0)
        directory += CENTRAL.pack(CENTRAL_MARK, MADE_BY_UNIX, VERSION_NEEDED, *common, 0, 0, 0, MODE_0644, len(body))
        directory += name
        body += LOCAL.pack(LOCAL_MARK, VERSION_NEEDED, *common) + name + content
    end = END.pack(END_MARK, 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory) + end


def digest_of(zip_bytes: bytes) -> str:
    """Return the SHA-256 of a bundle's zip in lower-case hexadecimal."""
    return hashlib.sha256(zip_bytes).hexdigest()


def write_folder(bundle: Bundle, path: Path) -> None:
    """Write the bundle as authors keep it, JSON indented and keys in the order they came; other files stay."""
    files = {name: readable_json(value) for name, value in json_files(bundle).items()}
    files.update(plain_files(bundle))
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
