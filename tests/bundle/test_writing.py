"""The same content has the same bytes and the same digest, whoever wrote it and in whatever order."""

from __future__ import annotations

import io
import json
import zipfile

from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import canonical_files, digest_of, write_zip
from tests.bundle.factories import PDF, make_bundle, make_files, make_joined_bundle, pack


def test_a_zip_is_read_back_as_the_bundle_it_was_written_from():
    bundle = make_joined_bundle()
    assert read_zip(write_zip(bundle)) == bundle


def test_writing_twice_gives_the_same_bytes():
    first, second = write_zip(make_joined_bundle()), write_zip(make_joined_bundle())
    assert digest_of(first) == digest_of(second)
    assert first == second


def test_the_digest_of_a_known_bundle_never_changes():
    assert digest_of(write_zip(make_bundle())) == "630a44604746138de4e5d4baf1b3d4fda150a89dbe66e45243c16e2a3ff3f2c1"


def test_entries_are_sorted_stored_and_dated_1980():
    bundle = make_bundle(files={"apps/request/files/申請.pdf": PDF})
    with zipfile.ZipFile(io.BytesIO(write_zip(bundle))) as archive:
        assert archive.testzip() is None
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(canonical_files(bundle))
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert not any(entry.extra or entry.comment for entry in entries)


def test_canonical_json_is_sorted_and_without_spaces():
    content = canonical_files(make_bundle())["apps/request/settings.json"]
    assert content.startswith(b'{"description":"","firstMonthOfFiscalYear":"4","icon":{"key"')
    assert content.endswith(b"}\n")


def test_indentation_order_and_line_ends_of_the_source_do_not_matter():
    files = make_files()
    other = {
        path: (
            json.dumps(json.loads(data), sort_keys=True).encode()
            if path.endswith(".json")
            else data.replace(b"\n", b"\r\n")
        )
        if not path.startswith("images/")
        else data
        for path, data in reversed(files.items())
    }
    assert other != files
    assert write_zip(read_zip(pack(other))) == write_zip(read_zip(pack(files)))


def test_a_stored_zip_may_be_larger_than_a_compressed_one():
    large = bytes(25 * 1024 * 1024)
    bundle = make_bundle(files={"apps/request/files/large.bin": large})
    assert read_zip(write_zip(bundle)) == bundle
