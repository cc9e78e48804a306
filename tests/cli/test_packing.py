"""`yokoten pack` and `unpack`: one zip of one content, and back."""

from __future__ import annotations

import json
import stat

import pytest

from marketplace.bundle.arranging import arrange
from marketplace.bundle.reading import read_folder, read_zip
from marketplace.bundle.writing import digest_of, write_zip
from marketplace.cli.outcomes import Outcome
from tests.catalog.first_party import bundle_in, folder_id, version_folders
from tests.sampling import sampled

QUICK_EVERY = 8

each_version = pytest.mark.parametrize(
    "folder", sampled(version_folders(), folder_id, slow_every=1, quick=version_folders()[::QUICK_EVERY])
)


@each_version
def test_unpacking_what_was_packed_gives_the_same_template(yokoten, tmp_path, folder):
    digest = yokoten.json("pack", folder, "-o", tmp_path / "a.zip")["digest"]
    assert digest == digest_of((tmp_path / "a.zip").read_bytes())
    yokoten("unpack", tmp_path / "a.zip", tmp_path / "b")
    assert yokoten.json("pack", tmp_path / "b", "-o", tmp_path / "b.zip")["digest"] == digest
    unpacked = read_folder(tmp_path / "b")
    assert (unpacked.apps, unpacked.manifest) == (bundle_in(folder).apps, bundle_in(folder).manifest)


@each_version
def test_unpacked_json_reads_as_its_author_wrote_it(tmp_path, yokoten, folder):
    yokoten("pack", folder, "-o", tmp_path / "a.zip")
    yokoten("unpack", tmp_path / "a.zip", tmp_path / "b")
    different = [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and path.read_bytes() != (tmp_path / "b" / path.relative_to(folder)).read_bytes()
    ]
    # The values of sample records follow the form; their authors wrote them down as they came.
    assert set(different) <= {"records.json"}


def test_arranging_changes_the_order_of_keys_and_nothing_else():
    for folder in version_folders():
        bundle = bundle_in(folder)
        assert write_zip(arrange(bundle)) == write_zip(bundle)


def test_a_zip_of_any_program_is_packed_to_the_same_digest(yokoten, write_folder, tmp_path):
    folder = write_folder()
    first = yokoten.json("pack", folder, "-o", tmp_path / "a.zip")
    assert yokoten.json("pack", tmp_path / "a.zip", "-o", tmp_path / "b.zip")["digest"] == first["digest"]
    assert read_zip((tmp_path / "b.zip").read_bytes()).manifest.slug == first["slug"]


def test_a_file_that_is_there_is_replaced_only_by_force(yokoten, write_folder, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"precious")
    yokoten("pack", write_folder(), "-o", tmp_path / "a.zip", exit_code=Outcome.CONFLICT)
    assert (tmp_path / "a.zip").read_bytes() == b"precious"
    yokoten("pack", tmp_path / "template", "-o", tmp_path / "a.zip", "--force")
    assert (tmp_path / "a.zip").read_bytes() != b"precious"
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) & stat.S_IRUSR


def test_what_can_not_be_read_is_not_packed(yokoten, write_folder, tmp_path):
    folder = write_folder(files={"apps/request/fields.json": "{"})
    refused = yokoten.json("pack", folder, "-o", tmp_path / "a.zip", exit_code=Outcome.FINDINGS)
    assert refused["error"]["code"] == "bundle-refused"
    assert refused["error"]["details"][0].startswith("apps/request/fields.json:1: エラー")
    assert refused["exit_code"] == 1
    assert not (tmp_path / "a.zip").exists()


def test_nothing_is_unpacked_into_a_folder_that_holds_something(yokoten, write_folder, tmp_path):
    yokoten("pack", write_folder(), "-o", tmp_path / "a.zip")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/notes.txt").write_text("mine")
    yokoten("unpack", tmp_path / "a.zip", tmp_path / "b", exit_code=Outcome.CONFLICT)
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["notes.txt"]


def test_a_place_that_can_not_be_written_is_told(yokoten, write_folder, tmp_path):
    (tmp_path / "file").write_text("no folder")
    told = yokoten("pack", write_folder(), "-o", tmp_path / "file/a.zip", exit_code=Outcome.USAGE).stderr
    assert json.dumps(str(tmp_path / "file/a.zip"))[1:-1] in told
