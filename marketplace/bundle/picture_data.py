"""What pictures carry beside what they show: where and when a photograph was taken, by whom, with which camera.

Files are taken apart into segments (JPEG) or chunks (PNG, WebP); nothing is decoded, and what is shown stays as it is.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC: dict[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
# Every part takes what it can at once and gives nothing back, so that no file makes it try again and again.
SVG_START = re.compile(
    rb"(?:\xef\xbb\xbf)?+\s*+(?:<\?xml[^>]{0,200}\?>)?+\s*+(?:<!--(?:(?!-->).){0,500}+-->\s*+)*+<svg[\s/>]", re.DOTALL
)
EXIF, ICC, JFIF, ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
NEEDED_CHUNKS = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"),
        *(b"cICP", b"acTL", b"fcTL", b"fdAT"),
        *(b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"),
    }
)
TEXT_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
HARMLESS_TEXTS = (b"Software\0",)
APP1, APP13, SCAN, END_OF_IMAGE = 0xE1, 0xED, 0xDA, 0xD9
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG markers without a length."""
NOTES = frozenset({0xFE, *range(0xE0, 0xF0)})
"""JPEG segments of applications, and comments."""
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
ORIENTATION, GPS = 0x0112, 0x8825
SHORT = 3
WEBP_NOTES = 0x08 | 0x04
WEBP_EXIF = 0x08
MOST_TAGS = 500


class PictureUnreadableError(ValueError):
    """The file ends early, or is no picture of its kind."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a picture tells beside what it shows."""

    has_location: bool
    has_others: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    raw: bytes
    tiff: bytes = b""
    """Exif, where the piece holds it."""
    notes: bytes = b""
    """Other text about the picture."""
    is_needed: bool = True


def kind_of(data: bytes) -> str | None:
    """Return the ending that fits what a file holds, or None if it is no picture of a kind that bundles take."""
    if SVG_START.match(data):
        return "svg"
    return next((kind for kind, magic in MAGIC.items() if magic.match(data)), None)


def notes_of(data: bytes) -> Notes:
    """Return what a picture tells beside what it shows; of a broken file, what it seems to."""
    try:
        pieces = list(_pieces(data))
    except PictureUnreadableError:
        return Notes(b"GPSLatitude" in data, EXIF in data or b"eXIf" in data)
    tags = [_tags(piece.tiff) for piece in pieces if piece.tiff]
    has_location = any(GPS in each for each in tags) or any(b"GPSLatitude" in piece.notes for piece in pieces)
    return Notes(
        has_location, any(each.keys() - {ORIENTATION} for each in tags) or any(piece.notes for piece in pieces)
    )


def without_notes(data: bytes) -> bytes:
    """Return a picture that looks the same and tells nothing else; only which way is up stays.

    Raises PictureUnreadableError.
    """
    pieces = list(_pieces(data))
    turned = next((turn for piece in pieces if piece.tiff and (turn := _tags(piece.tiff).get(ORIENTATION, 0)) > 1), 0)
    kept = b"".join(piece.raw for piece in pieces if piece.is_needed)
    exif = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHHI", ORIENTATION, SHORT, 1, turned, 0, 0)
    if data.startswith(b"RIFF"):
        return _webp(kept, exif if turned else b"")
    if data.startswith(b"\xff\xd8"):
        segment = EXIF + exif
        return b"\xff\xd8" + (struct.pack(">BBH", 0xFF, APP1, len(segment) + 2) + segment if turned else b"") + kept
    if turned:
        chunk = b"eXIf" + exif
        chunk = struct.pack(">I", len(exif)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        header = struct.unpack(">I", kept[:4])[0] + 12
        kept = kept[:header] + chunk + kept[header:]
    return data[:8] + kept


def _pieces(data: bytes) -> Iterator[_Piece]:
    kind = kind_of(data)
    if kind == "png":
        return _chunks(data, 8, ">I4s", 4)
    if kind == "webp":
        return _chunks(data, 12, "<4sI", 0)
    if kind == "jpg":
        return _segments(data)
    raise PictureUnreadableError


def _chunks(data: bytes, start: int, head: str, check: int) -> Iterator[_Piece]:
    """Yield the chunks of a PNG or WebP; what stands behind the last one is left out."""
    at, end = start, len(data) if check else min(len(data), 8 + struct.unpack("<I", data[4:8])[0])
    while at + 8 <= end:
        first, second = struct.unpack(head, data[at : at + 8])
        name, length = (second, first) if check else (first, second)
        body = data[at + 8 : at + 8 + length]
        after = at + 8 + length + (check or length % 2)
        if len(body) < length:
            raise PictureUnreadableError
        yield _chunk(name, body, data[at:after])
        if name == b"IEND":
            return
        at = after
    if check or at == start:
        raise PictureUnreadableError


def _chunk(name: bytes, body: bytes, raw: bytes) -> _Piece:
    if name in {b"eXIf", b"EXIF"}:
        return _Piece(raw, tiff=body.removeprefix(EXIF), is_needed=False)
    if name == b"XMP " or (name in TEXT_CHUNKS and not body.startswith(HARMLESS_TEXTS)):
        return _Piece(raw, notes=body, is_needed=False)
    return _Piece(raw, is_needed=name in NEEDED_CHUNKS)


def _segments(data: bytes) -> Iterator[_Piece]:
    """Yield the segments of a JPEG after its start; what stands behind the end is left out."""
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 - what each marker begins with
            raise PictureUnreadableError
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filling
            at += 1
            continue
        if marker == END_OF_IMAGE:
            yield _Piece(data[at : at + 2])
            return
        after = at + 2 if marker in ALONE else _end_of_segment(data, at, marker)
        yield _segment(marker, data[at:after])
        at = after
    raise PictureUnreadableError


def _end_of_segment(data: bytes, at: int, marker: int) -> int:
    if at + 4 > len(data):
        raise PictureUnreadableError
    after = at + 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    if after > len(data):
        raise PictureUnreadableError
    if marker != SCAN:
        return after
    found = AFTER_SCAN.search(data, after)
    if found is None:
        raise PictureUnreadableError
    return found.start()


def _segment(marker: int, raw: bytes) -> _Piece:
    body = raw[4:]
    if marker not in NOTES or body.startswith((ICC, JFIF, ADOBE)):
        return _Piece(raw)
    if marker == APP1 and body.startswith(EXIF):
        return _Piece(raw, tiff=body.removeprefix(EXIF), is_needed=False)
    return _Piece(raw, notes=body if marker in {APP1, APP13} else b"", is_needed=False)


def _tags(tiff: bytes) -> dict[int, int]:
    """Return the tags of the first directory of Exif with their short values; what can't be read counts as one tag."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return {0: 0}
        start = struct.unpack(f"{order}I", tiff[4:8])[0]
        count = struct.unpack(f"{order}H", tiff[start : start + 2])[0]
        places = range(start + 2, start + 2 + 12 * min(count, MOST_TAGS), 12)
        entries = [struct.unpack(f"{order}HHIHH", tiff[place : place + 12]) for place in places]
    except struct.error:
        return {0: 0}
    return {tag: value for tag, _, _, value, _ in entries}


def _webp(chunks: bytes, exif: bytes) -> bytes:
    made = bytearray(chunks)
    if made.startswith(b"VP8X"):
        made[8] = made[8] & ~WEBP_NOTES | (WEBP_EXIF if exif else 0)
        if exif:
            made += b"EXIF" + struct.pack("<I", len(exif)) + exif
    return b"RIFF" + struct.pack("<I", len(made) + 4) + b"WEBP" + bytes(made)
