"""What a folder or zip must hold, and how its texts and JSON must be written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from marketplace.bundle import limits
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import PartName
from marketplace.bundle.reading import read_folder, read_zip
from marketplace.bundle.writing import write_folder
from tests.bundle.factories import PDF, dump, make_bundle, make_files, make_joined_bundle, make_manifest, pack


def refusal(files: dict[str, bytes]) -> BundleRefusedError:
    with pytest.raises(BundleRefusedError) as refused:
        read_zip(pack(files))
    return refused.value


def codes_of(files: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(finding.code, finding.file) for finding in refusal(files).findings]


def save(files: dict[str, bytes], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_a_bundle_gives_its_manifest_apps_documents_and_images():
    bundle = make_joined_bundle()
    assert bundle.manifest.name.ja == "補助金申請管理"
    assert bundle.manifest.app_keys == ("report", "request", "program")
    assert bundle.app("request").name == "補助金申請"
    assert bundle.app("request").fields["申請額"]["type"] == "CALC"
    assert bundle.app("request").files == {"files/form.pdf": PDF}
    assert bundle.app("report").part(PartName.RECORDS) is None
    assert bundle.documents["README.md"].startswith("# 補助金")
    assert list(bundle.images) == ["images/icon.svg"]


def test_a_folder_and_a_zip_of_the_same_files_give_the_same_bundle(tmp_path):
    files = make_files(files={"apps/request/files/申請.pdf": PDF})
    assert read_folder(save(files, tmp_path)) == read_zip(pack(files))


def test_a_bundle_written_to_a_folder_is_read_back_equal(tmp_path):
    bundle = make_joined_bundle()
    write_folder(bundle, tmp_path)
    assert read_folder(tmp_path) == bundle
    assert "\n  " in (tmp_path / "template.json").read_text("utf-8")


def test_links_in_a_folder_are_refused(tmp_path):
    save(make_files(), tmp_path)
    (tmp_path / "CHANGELOG.md").symlink_to("/etc/passwd")
    with pytest.raises(BundleRefusedError) as refused:
        read_folder(tmp_path)
    assert refused.value.findings[0].code == "zip-link"


def test_a_device_in_a_folder_is_refused_without_being_opened(tmp_path):
    save(make_files(), tmp_path)
    os.mkfifo(tmp_path / "CHANGELOG.md")
    with pytest.raises(BundleRefusedError):
        read_folder(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BundleRefusedError) as refused:
        read_folder(tmp_path / "gone")
    assert refused.value.findings[0].code == "folder-unreadable"


def test_a_file_over_its_limit_in_a_folder_is_refused(tmp_path):
    save(make_files(files={"README.md": b"x" * (limits.TEXT_BYTES + 1)}), tmp_path)
    with pytest.raises(BundleRefusedError) as refused:
        read_folder(tmp_path)
    assert refused.value.findings[0].code == "file-too-large"


@pytest.mark.parametrize("path", ["template.json", "apps/request/fields.json", "apps/request/layout.json"])
def test_a_required_file_that_is_missing_is_named(path):
    assert codes_of(make_files(files={path: None})) == [("file-missing", path)]


def test_an_app_the_manifest_does_not_list_is_refused():
    files = make_files(files={"apps/other/settings.json": dump({"name": "別"})})
    assert codes_of(files) == [("app-undeclared", "template.json")]


@pytest.mark.parametrize(
    ("encoding", "code"),
    [
        ("cp932", "encoding-not-utf8"),
        ("euc_jp", "encoding-not-utf8"),
        ("utf-8-sig", "encoding-bom"),
        ("utf-16", "encoding-bom"),
        ("utf-16-le", "encoding-utf16"),
        ("utf-32", "encoding-bom"),
    ],
)
@pytest.mark.parametrize("path", ["template.json", "README.md"])
def test_a_file_in_another_encoding_is_told_to_be_saved_as_utf8(encoding, code, path):
    text = make_files()[path].decode()
    error = refusal(make_files(files={path: text.encode(encoding)}))
    assert [(finding.code, finding.file) for finding in error.findings] == [(code, path)]
    assert "UTF-8で保存し直してください" in error.findings[0].remedy.ja


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json-malformed"),
        ("{", "json-malformed"),
        ('{"a": 1,}', "json-malformed"),
        ("]" * 1000, "json-malformed"),
        ("[" * 1_000_000, "json-too-many-values"),
        ("[" * 100_000, "json-too-deep"),
        ('{"a":' * 41 + "1" + "}" * 41, "json-too-deep"),
        ("[" * 100_000 + "]" * 100_001, "json-too-deep"),
        ('"' + '\\"' * 1_000_000, "json-malformed"),
        ("[" + "0," * 200_001 + "0]", "json-too-many-values"),
        ('{"name": 1, "name": 2}', "json-duplicate-key"),
        ('{"name": {"ja": 1, "\\u006aa": 2}}', "json-duplicate-key"),
        ('{"a": NaN}', "json-number"),
        ('{"a": -Infinity}', "json-number"),
        ('{"a": 1e999}', "json-number"),
        ('{"a": ' + "9" * 5000 + "}", "json-number"),
        ('{"a": "\\u0000"}', "json-character"),
        ('{"a": "\\ud800"}', "json-character"),
        ('{"\\udc00": 1}', "json-character"),
        ("[]", "json-not-object"),
        ("3", "json-not-object"),
    ],
)
def test_json_that_is_malformed_or_excessive_gets_its_own_finding(text, code):
    assert codes_of(make_files(files={"apps/request/views.json": text})) == [(code, "apps/request/views.json")]


@pytest.mark.parametrize("end", ['\\"', "\\", '\\\\"', '"\\'], ids=repr)
def test_brackets_inside_strings_do_not_count_as_nesting(end):
    text = "[" * 45 + end + "[" * 45
    assert make_bundle(manifest=make_manifest("request", summary={"ja": text, "en": "x"})).manifest.summary.ja == text


def test_documents_are_kept_in_one_form_whatever_wrote_them():
    bundle = make_bundle(files={"README.md": "か\u3099\r\nき\u3099\r\r\n\n"})
    assert bundle.documents["README.md"] == "が\nぎ\n"


def test_a_refusal_shows_its_findings_as_plain_values():
    error = refusal(make_files(files={"README.md": b"\x93\xfa"}))
    assert error.code == "bundle-refused"
    assert error.details == [
        {
            "code": "encoding-not-utf8",
            "file": "README.md",
            "pointer": "",
            "severity": "error",
            "title": {
                "ja": "文字コードがUTF-8ではありません（Shift_JIS（CP932）のようです）。",
                "en": "The file is not plain UTF-8 (it looks like Shift_JIS (CP932)).",
            },
            "remedy": {
                "ja": "UTF-8で保存し直してください（BOMなし）。",
                "en": "Save the file again as UTF-8 without a byte order mark.",
            },
        },
    ]
    json.dumps(error.details)


def test_several_faults_are_reported_together():
    files = make_files(
        files={"README.md": b"\xff\xfe", "apps/request/views.json": "{", "apps/request/fields.json": "{}"}
    )
    assert {code for code, _ in codes_of(files)} == {"encoding-bom", "json-malformed", "schema-required"}
