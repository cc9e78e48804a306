"""Writes a picture of few colours as PNG; no compressor is involved, so that its bytes never depend on one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BITS = 4
"""Of each pixel: up to 16 colours."""
SAME_AS_ABOVE = 2
"""The filter that writes each byte as its difference from the one above."""
LONGEST_RUN = 258
SHORTEST_RUN = 3
END = 256
FIXED_BLOCK = "110"
"""The last block, with fixed codes."""


def write_png(width: int, palette: Sequence[int], rows: Sequence[bytes]) -> bytes:
    """Return the file; a row has one byte for each pixel, the number of its colour. The width is even."""
    header = struct.pack(">IIBBBBB", width, len(rows), BITS, 3, 0, 0, 0)
    colours = b"".join(colour.to_bytes(3, "big") for colour in palette)
    filtered = bytearray()
    above = bytes(width // 2)
    for row in rows:
        packed = bytes(left << BITS | right for left, right in zip(row[::2], row[1::2], strict=True))
        filtered.append(SAME_AS_ABOVE)
        filtered += bytes((byte - before) % 256 for byte, before in zip(packed, above, strict=True))
        above = packed
    pixels = deflated(bytes(filtered), width // 2 + 1)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", pixels), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def deflated(data: bytes, stride: int) -> bytes:
    """Return the data as one block of fixed codes; what is repeated from one byte, or one row, before is shortened."""
    bits = FIXED_BLOCK + "".join(_codes(data, stride)) + _symbol(END)
    bits += "0" * (-len(bits) % 8)
    packed = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    return b"\x78\x01" + packed + struct.pack(">I", zlib.adler32(data))


def _codes(data: bytes, stride: int) -> Iterator[str]:
    at = 0
    while at < len(data):
        length, distance = max((_repeated(data, at, distance), distance) for distance in (1, stride))
        if length >= SHORTEST_RUN:
            yield _length(length) + _distance(distance)
            at += length
        else:
            yield _symbol(data[at])
            at += 1


def _repeated(data: bytes, at: int, distance: int) -> int:
    """Return how many bytes from here on are the same as those before."""
    length = 0
    while (
        at >= distance
        and length < LONGEST_RUN
        and data[at + length : at + length + 1] == data[at + length - distance : at + length - distance + 1]
    ):
        length += 1
    return length


def _length(length: int) -> str:
    if length == LONGEST_RUN:
        return _symbol(285)
    over = length - SHORTEST_RUN
    extra = max(over.bit_length() - 3, 0)
    return _symbol(257 + 4 * extra + (over >> extra)) + _extra(over, extra)


def _distance(distance: int) -> str:
    over = distance - 1
    extra = max(over.bit_length() - 2, 0)
    return f"{2 * extra + (over >> extra):05b}" + _extra(over, extra)


def _extra(number: int, bits: int) -> str:
    """Return the lowest bits of a number, the lowest first."""
    return "".join(str(number >> bit & 1) for bit in range(bits))


def _symbol(number: int) -> str:
    """Return the fixed code of a symbol (RFC 1951, 3.2.6)."""
    for first, code, bits in ((280, 0b11000000, 8), (256, 0, 7), (144, 0b110010000, 9)):
        if number >= first:
            return f"{code + number - first:0{bits}b}"
    return f"{0b00110000 + number:08b}"
