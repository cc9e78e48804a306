"""Hostile and ambiguous zips are refused before they cost anything."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from marketplace.bundle import limits
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.reading import read_zip
from tests.bundle.factories import make_files, pack


def codes_of(data: bytes) -> list[str]:
    with pytest.raises(BundleRefusedError) as refused:
        read_zip(data)
    return [finding.code for finding in refused.value.findings]


def make_entry(name: bytes, content: bytes, **changes) -> dict:
    """One deflated entry; keywords override what the headers say."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = compressor.compress(content) + compressor.flush()
    entry = {
        "name": name,
        "local_name": name,
        "packed": packed,
        "flags": 0,
        "method": 8,
        "crc": zlib.crc32(content),
        "packed_size": len(packed),
        "size": len(content),
        "mode": 0o100644,
        "made_by": 0x0314,
        "extra": b"",
        "dos": 0,
    }
    return {**entry, **changes}


def make_zip(*entries: dict, before: bytes = b"", between: bytes = b"", after: bytes = b"", end=None) -> bytes:
    """A zip written by hand, so that its headers can lie."""
    body, directory = bytearray(before), bytearray()
    for entry in entries:
        sizes = (entry["crc"], entry["packed_size"], entry["size"])
        local_sizes = entry.get("local_sizes", sizes)
        offset = entry.get("offset", len(body))
        local = (20, entry["flags"], entry.get("local_method", entry["method"]), 0, 33)
        if "offset" not in entry:
            body += struct.pack("<4s5H3L2H", b"PK\3\4", *local, *local_sizes, len(entry["local_name"]), 0)
            body += entry["local_name"] + entry["packed"] + entry.get("descriptor", b"") + between
        directory += struct.pack(
            "<4s6H3L5H2L",
            *(b"PK\1\2", entry["made_by"], 20, entry["flags"], entry["method"], 0, 33),
            *sizes,
            *(len(entry["name"]), len(entry["extra"]), 0, 0, 0, entry["mode"] << 16 | entry["dos"], offset),
        )
        directory += entry["name"] + entry["extra"]
    record = end or (0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return bytes(body + directory) + struct.pack("<4s4H2LH", b"PK\5\6", *record) + after


def test_a_zip_of_one_kilobyte_that_declares_a_gigabyte_is_refused():
    data = make_zip(make_entry(b"template.json", b"x" * 1000, size=1 << 30))
    assert len(data) < 1024
    assert codes_of(data) == ["file-too-large"]


def test_a_gigabyte_that_declares_a_hundred_bytes_is_never_unpacked():
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(64)) + zeros.flush()
    entry = make_entry(b"README.md", b"", packed=packed, packed_size=len(packed), size=100)
    data = make_zip(entry)
    tracemalloc.start()
    assert codes_of(data) == ["zip-size-lie"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < limits.MEGABYTE


def test_files_that_add_up_to_more_than_the_limit_are_refused_before_they_are_unpacked():
    content = bytes(12 * limits.MEGABYTE)
    entries = [make_entry(f"apps/request/files/{number}.bin".encode(), content) for number in range(6)]
    data = make_zip(*entries)
    tracemalloc.start()
    assert codes_of(data) == ["zip-unpacks-too-large"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < limits.MEGABYTE


def test_entries_that_share_their_data_are_refused():
    first = make_entry(b"README.md", b"text\n")
    second = make_entry(b"CHANGELOG.md", b"text\n", offset=0)
    assert codes_of(make_zip(first, second)) == ["zip-extra-data"]


def test_local_headers_quoted_inside_another_entrys_data_are_refused():
    inner = make_entry(b"CHANGELOG.md", b"text\n")
    quoted = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, inner["crc"], inner["packed_size"], inner["size"], 12, 0
    )
    content = quoted + inner["name"] + inner["packed"]
    outer = make_entry(b"README.md", content, method=0, packed=content, packed_size=len(content), size=len(content))
    assert codes_of(make_zip(outer, {**inner, "offset": 30 + len(b"README.md")})) == ["zip-extra-data"]


@pytest.mark.parametrize(
    ("surroundings", "code"),
    [
        ({"before": b"MZ"}, "zip-unreadable"),
        ({"between": b"hidden"}, "zip-extra-data"),
        ({"after": b"hidden"}, "zip-extra-data"),
        ({"end": (0, 0, 1, 1, 0, 0, 4)}, "zip-extra-data"),
        ({"end": (1, 0, 1, 1, 0, 0, 0)}, "zip-extra-data"),
        ({"end": (0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)}, "zip-zip64"),
        ({"end": (0, 0, 2001, 2001, 0, 85, 0)}, "zip-extra-data"),
    ],
)
def test_data_around_the_entries_is_refused(surroundings, code):
    assert codes_of(make_zip(make_entry(b"README.md", b"text\n"), **surroundings)) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"local_name": b"readme.md"}, "zip-ambiguous"),
        ({"local_method": 0}, "zip-ambiguous"),
        ({"local_sizes": (1, 2, 3)}, "zip-ambiguous"),
        ({"crc": 1}, "zip-damaged"),
        ({"packed": b"\xff" * 7}, "zip-damaged"),
        ({"flags": 1}, "zip-encrypted"),
        ({"flags": 0x40}, "zip-encrypted"),
        ({"flags": 0x20}, "zip-method"),
        ({"method": 99}, "zip-method"),
        ({"method": 0}, "zip-ambiguous"),
        ({"mode": 0o120777}, "zip-link"),
        ({"mode": 0o020644}, "zip-link"),
        ({"mode": 0o010644}, "zip-link"),
        ({"mode": 0o040755}, "zip-ambiguous"),
        ({"dos": 0x400}, "zip-link"),
        ({"extra": struct.pack("<2HQ", 1, 8, 1 << 40)}, "zip-zip64"),
        ({"extra": struct.pack("<2H", 0x7075, 0)}, "zip-ambiguous"),
        ({"extra": struct.pack("<2H", 0x9901, 0)}, "zip-encrypted"),
        ({"extra": b"\1"}, "zip-damaged"),
        ({"extra": struct.pack("<2H", 0x5455, 50)}, "zip-damaged"),
        ({"size": 0xFFFFFFFF}, "zip-zip64"),
        ({"flags": 8}, "zip-ambiguous"),
    ],
)
def test_an_entry_that_lies_or_hides_something_is_refused(changes, code):
    entry = make_entry(b"README.md", b"text!\n!", **changes)
    if "packed" in changes:
        entry["packed_size"] = len(changes["packed"])
    assert codes_of(make_zip(entry)) == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd", "path-unsafe"),
        ("/etc/passwd", "path-unsafe"),
        ("images/../../x.png", "path-unsafe"),
        ("images\\x.png", "path-unsafe"),
        ("C:/x.png", "path-unsafe"),
        ("images/a\nb.png", "path-control-character"),
        ("images/\u202egnp.svg", "path-control-character"),
        ("images/./x.png", "path-name"),
        ("images//x.png", "path-name"),
        ("images/con.png", "path-name"),
        ("images/x?.png", "path-name"),
        ("images/x /y.png", "path-name"),
        ("images/" + "x" * 200 + ".png", "path-too-long"),
        ("images/" + "x/" * 8 + "y.png", "path-too-long"),
        ("__MACOSX/._README.md", "file-unknown"),
        ("images/.DS_Store", "file-unknown"),
        ("subsidy/template.json", "file-unknown"),
        ("apps/Request/fields.json", "file-unknown"),
        ("apps/request/extra.json", "file-unknown"),
        ("setup.exe", "file-unknown"),
    ],
)
def test_a_name_that_leads_elsewhere_or_has_no_place_is_refused(name, code):
    assert codes_of(make_zip(make_entry(name.encode(), b"x", flags=0x800))) == [code]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("images/a.png", "images/a.png", "path-duplicate"),
        ("images/a.png", "images/A.png", "path-collision"),
        ("images/\u304c.png", "images/\u304b\u3099.png", "path-duplicate"),
        ("images/a.png", "images/a.png/b.png", "path-collision"),
    ],
)
def test_names_that_some_file_systems_cannot_tell_apart_are_refused(first, second, code):
    entries = [make_entry(name.encode(), b"x", flags=0x800) for name in (first, second)]
    assert code in codes_of(make_zip(*entries))


def test_file_names_in_shift_jis_get_their_own_finding():
    assert codes_of(make_zip(make_entry("images/申請.png".encode("cp932"), b"x"))) == ["zip-name-encoding"]


def test_too_many_entries_are_refused_before_the_directory_is_read():
    entries = [make_entry(f"images/{number}.png".encode(), b"") for number in range(limits.ENTRIES + 1)]
    assert codes_of(make_zip(*entries)) == ["too-many-files"]


def test_a_compressed_zip_over_the_limit_is_refused():
    noise = random.Random(1).randbytes(21 * limits.MEGABYTE)  # noqa: S311 - it only has to be incompressible
    assert codes_of(make_zip(make_entry(b"apps/request/files/a.bin", noise))) == ["zip-too-large"]


def test_a_zip_larger_than_anything_the_service_writes_is_refused_unread():
    assert codes_of(b"PK\3\4" + bytes(limits.STORED_ZIP_BYTES)) == ["zip-too-large"]


def test_a_zip_written_as_a_stream_with_folders_is_read():
    target = io.BytesIO()

    class Unseekable(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return target.write(data)

    with zipfile.ZipFile(Unseekable(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apps/", b"")
        for path, content in make_files().items():
            archive.writestr(path, content)
    assert read_zip(target.getvalue()) == read_zip(pack(make_files()))


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\5\6" + bytes(18), b"%PDF-1.4", bytes(100)])
def test_what_is_no_zip_or_empty_is_refused(data):
    assert codes_of(data)[0] in {"zip-unreadable", "zip-extra-data", "file-missing"}
