"""Reads zips strictly: one way to read each byte, and nothing unpacked before its size is known.

Python's zipfile forgives much (data before or between entries, local headers that differ, Zip64 overrides); whatever
two programs could read in two ways is refused here, so that what was checked is what gets installed.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.bundle.archive_findings import ArchiveError, Reason
from marketplace.bundle.archive_rules import OF_BUNDLES, ArchiveRules
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.paths import check_path, normal_path

END = struct.Struct("<4s4H2LH")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
DESCRIPTOR = struct.Struct("<3L")
END_MARK, CENTRAL_MARK, LOCAL_MARK, DESCRIPTOR_MARK = b"PK\5\6", b"PK\1\2", b"PK\3\4", b"PK\7\10"

STORED, DEFLATED = 0, 8
FLAG_ENCRYPTED = 0x2041  # bits 0, 6 and 13: encrypted, strongly encrypted, directory masked
FLAG_DESCRIPTOR = 0x0008
FLAG_UTF8 = 0x0800
FLAGS_KNOWN = FLAG_DESCRIPTOR | FLAG_UTF8 | 0x0006  # bits 1 and 2 only tell how hard the compressor tried
EXTRA_ZIP64, EXTRA_UNICODE_PATH, EXTRA_ENCRYPTION = 0x0001, 0x7075, 0x9901
DOS_LINK = 0x400
MAX_16, MAX_32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the central directory describes it."""

    path: str
    raw_name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    unpacked: int
    mode: int
    attributes: int
    offset: int

    @property
    def is_folder(self) -> bool:
        """Tell whether the entry only names a folder."""
        return self.path.endswith("/")


def read_archive(data: bytes, rules: ArchiveRules = OF_BUNDLES) -> dict[str, bytes]:
    """Return the files of a zip by path. Raises BundleRefusedError."""
    try:
        entries = _read_directory(data, rules)
        _check_totals(data, entries, rules)
        spans = _locate(data, entries)
        return {entry.path: _unpack(data, entry, start) for entry, start in spans if not entry.is_folder}
    except ArchiveError as error:
        raise BundleRefusedError([error.finding]) from error


def _read_directory(data: bytes, rules: ArchiveRules) -> list[Entry]:
    end, count, offset = _read_end(data, rules)
    entries = []
    for _ in range(count):
        entry, offset = _read_entry(data, offset, end)
        _check_entry(entry, rules)
        entries.append(entry)
    if offset != end:
        raise ArchiveError(Reason.SURROUNDED)
    return entries


def _read_end(data: bytes, rules: ArchiveRules) -> tuple[int, int, int]:
    """Return where the directory ends, how many entries it has, and where it starts."""
    if len(data) > rules.stored_zip_bytes:
        raise ArchiveError(Reason.TOO_LARGE)
    if not data.startswith((LOCAL_MARK, END_MARK)):
        raise ArchiveError(Reason.NOT_A_ZIP)
    end = len(data) - END.size
    if end < 0 or data[end : end + 4] != END_MARK:
        raise ArchiveError(Reason.SURROUNDED)
    _, disk, first_disk, count_here, count, size, offset, comment = END.unpack_from(data, end)
    if MAX_16 in (count_here, count) or MAX_32 in (size, offset):
        raise ArchiveError(Reason.ZIP64)
    if disk or first_disk or count_here != count or comment or offset + size != end:
        raise ArchiveError(Reason.SURROUNDED)
    if count > rules.entries:
        raise ArchiveError(Reason.TOO_MANY)
    return end, count, offset


def _read_entry(data: bytes, at: int, end: int) -> tuple[Entry, int]:
    if at + CENTRAL.size > end or data[at : at + 4] != CENTRAL_MARK:
        raise ArchiveError(Reason.DAMAGED)
    fields = CENTRAL.unpack_from(data, at)
    flags, method = fields[3], fields[4]
    checksum, packed, unpacked, name_size, extra_size, comment_size, disk = fields[7:14]
    attributes, offset = fields[15], fields[16]
    at += CENTRAL.size
    following = at + name_size + extra_size + comment_size
    if following > end or disk:
        raise ArchiveError(Reason.DAMAGED)
    raw_name = data[at : at + name_size]
    path = _read_name(raw_name, flags)
    _check_extra(data[at + name_size : at + name_size + extra_size], path)
    if MAX_32 in (packed, unpacked, offset):
        raise ArchiveError(Reason.ZIP64, path)
    entry = Entry(
        path=path,
        raw_name=raw_name,
        flags=flags,
        method=method,
        checksum=checksum,
        packed=packed,
        unpacked=unpacked,
        mode=attributes >> 16,
        attributes=attributes & MAX_16,
        offset=offset,
    )
    return entry, following


def _read_name(raw_name: bytes, flags: int) -> str:
    try:
        return normal_path(raw_name.decode("utf-8" if flags & FLAG_UTF8 else "ascii"))
    except UnicodeDecodeError as error:
        raise ArchiveError(Reason.NAME_ENCODING, raw_name.decode("cp932", "replace")) from error


def _check_extra(extra: bytes, path: str) -> None:
    at = 0
    while at < len(extra):
        if at + 4 > len(extra):
            raise ArchiveError(Reason.DAMAGED, path)
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind == EXTRA_ZIP64:
            raise ArchiveError(Reason.ZIP64, path)
        if kind == EXTRA_ENCRYPTION:
            raise ArchiveError(Reason.ENCRYPTED, path)
        if kind == EXTRA_UNICODE_PATH:
            raise ArchiveError(Reason.AMBIGUOUS, path)
        at += 4 + size
    if at != len(extra):
        raise ArchiveError(Reason.DAMAGED, path)


def _check_entry(entry: Entry, rules: ArchiveRules) -> None:
    finding = check_path(entry.path.removesuffix("/"))
    if finding:
        raise BundleRefusedError([finding])
    kind = stat.S_IFMT(entry.mode)
    faults: list[tuple[bool, Reason]] = [
        (bool(entry.flags & FLAG_ENCRYPTED), Reason.ENCRYPTED),
        (bool(entry.flags & ~FLAGS_KNOWN), Reason.METHOD),
        (entry.method not in {STORED, DEFLATED}, Reason.METHOD),
        (kind not in {0, stat.S_IFREG, stat.S_IFDIR} or bool(entry.attributes & DOS_LINK), Reason.LINK),
        (kind == (stat.S_IFREG if entry.is_folder else stat.S_IFDIR), Reason.AMBIGUOUS),
        (entry.is_folder and entry.unpacked > 0, Reason.AMBIGUOUS),
        (entry.method == STORED and entry.packed != entry.unpacked, Reason.AMBIGUOUS),
        (entry.unpacked > rules.limit_of(entry.path), Reason.ENTRY_TOO_LARGE),
    ]
    for applies, reason in faults:
        if applies:
            raise ArchiveError(reason, entry.path)


def _check_totals(data: bytes, entries: list[Entry], rules: ArchiveRules) -> None:
    if len(data) > rules.zip_bytes and any(entry.method == DEFLATED for entry in entries):
        raise ArchiveError(Reason.TOO_LARGE)
    if sum(entry.unpacked for entry in entries) > rules.unpacked_bytes:
        raise ArchiveError(Reason.UNPACKS_TOO_LARGE)
    rules.refuse_names([entry.path for entry in entries if not entry.is_folder])


def _locate(data: bytes, entries: list[Entry]) -> list[tuple[Entry, int]]:
    """Return each entry with the place of its data; the entries must fill the zip without gap or overlap."""
    directory: int = END.unpack_from(data, len(data) - END.size)[6]
    spans = []
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset != at:
            raise ArchiveError(Reason.SURROUNDED, entry.path)
        start = _read_local(data, entry, directory)
        at = _skip_descriptor(data, entry, start + entry.packed)
        if at > directory:
            raise ArchiveError(Reason.DAMAGED, entry.path)
        spans.append((entry, start))
    if at != directory:
        raise ArchiveError(Reason.SURROUNDED)
    return spans


def _read_local(data: bytes, entry: Entry, directory: int) -> int:
    at = entry.offset
    if at + LOCAL.size > directory or data[at : at + 4] != LOCAL_MARK:
        raise ArchiveError(Reason.DAMAGED, entry.path)
    _, _, flags, method, _, _, checksum, packed, unpacked, name_size, extra_size = LOCAL.unpack_from(data, at)
    at += LOCAL.size
    start: int = at + name_size + extra_size
    sizes = (checksum, packed, unpacked)
    unset = bool(flags & FLAG_DESCRIPTOR) and sizes == (0, 0, 0)
    agrees = unset or sizes == (entry.checksum, entry.packed, entry.unpacked)
    if start > directory or not agrees or (flags, method) != (entry.flags, entry.method):
        raise ArchiveError(Reason.AMBIGUOUS, entry.path)
    if data[at : at + name_size] != entry.raw_name:
        raise ArchiveError(Reason.AMBIGUOUS, entry.path)
    _check_extra(data[at + name_size : start], entry.path)
    return start


def _skip_descriptor(data: bytes, entry: Entry, at: int) -> int:
    if not entry.flags & FLAG_DESCRIPTOR:
        return at
    expected = DESCRIPTOR.pack(entry.checksum, entry.packed, entry.unpacked)
    for descriptor in (DESCRIPTOR_MARK + expected, expected):
        if data.startswith(descriptor, at):
            return at + len(descriptor)
    raise ArchiveError(Reason.AMBIGUOUS, entry.path)


def _unpack(data: bytes, entry: Entry, start: int) -> bytes:
    packed = memoryview(data)[start : start + entry.packed]
    unpack: Callable[[memoryview, Entry], bytes] = _inflate if entry.method == DEFLATED else _copy
    content = unpack(packed, entry)
    if len(content) != entry.unpacked or zlib.crc32(content) != entry.checksum:
        raise ArchiveError(Reason.DAMAGED, entry.path)
    return content


def _copy(packed: memoryview, _entry: Entry) -> bytes:
    return bytes(packed)


def _inflate(packed: memoryview, entry: Entry) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # One byte more than declared is enough to catch a lie, and all that is ever unpacked of it.
        content = inflater.decompress(packed, entry.unpacked + 1)
    except zlib.error as error:
        raise ArchiveError(Reason.DAMAGED, entry.path) from error
    if len(content) > entry.unpacked:
        raise ArchiveError(Reason.SIZE_LIE, entry.path)
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise ArchiveError(Reason.DAMAGED, entry.path)
    return content
