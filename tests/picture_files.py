"""Small pictures, taken by nobody, that tell what photographs tell."""

from __future__ import annotations

import struct
import zlib

GPS, MODEL, ORIENTATION = 0x8825, 0x0110, 0x0112


def make_tiff(*tags: tuple[int, int], order: str = ">") -> bytes:
    """Make Exif of some tags with short values."""
    head = (b"MM" if order == ">" else b"II") + struct.pack(f"{order}HI", 42, 8) + struct.pack(f"{order}H", len(tags))
    return head + b"".join(struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0) for tag, value in tags) + bytes(4)


def make_jpeg(*segments: tuple[int, bytes], after: bytes = b"") -> bytes:
    """Make a JPEG with some segments before its scan, and something behind its end."""
    parts = [b"\xff\xd8", *(segment(marker, body) for marker, body in segments)]
    parts += [
        segment(0xDB, b"\0" + bytes(64)),
        segment(0xDA, b"\1\1\0\0\x3f\0"),
        b"\x12\xff\x00\x34\xff\xd0\x56",
        b"\xff\xd9",
    ]
    return b"".join(parts) + after


def make_photograph(*tags: tuple[int, int]) -> bytes:
    """Make a JPEG with Exif."""
    return make_jpeg((0xE1, b"Exif\0\0" + make_tiff(*tags)))


def segment(marker: int, body: bytes) -> bytes:
    """Make a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def make_png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    """Make a PNG of one dot, with some chunks before its data and something behind its end."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    every = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0\0\x17\xc1")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*each) for each in every) + after


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Make a chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def make_webp(*chunks: tuple[bytes, bytes], flags: int = 0x0C) -> bytes:
    """Make an extended WebP with some chunks behind its data."""
    every = [(b"VP8X", bytes([flags]) + bytes(9)), (b"VP8 ", b"\1\2\3"), *chunks]
    body = b"".join(name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in every)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
