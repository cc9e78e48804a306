"""`yokoten validate`: every finding with its place, and the exit code that CI goes by."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from marketplace.cli.outcomes import Outcome
from tests.bundle.factories import ICON, dump, make_app, make_field, make_manifest, make_simple_app, pack


def with_formula(expression):
    return {
        "request": make_app("申請", make_field("NUMBER", "金額"), make_field("CALC", "合計", expression=expression))
    }


def test_a_template_without_faults_is_fine(yokoten, write_folder):
    assert yokoten("validate", write_folder()).stdout == "指摘はありません。\n"


def test_a_broken_formula_is_told_with_file_and_line(yokoten, write_folder):
    folder = write_folder(apps=with_formula("SUM(金がく)"))
    told = yokoten("validate", folder, exit_code=Outcome.FINDINGS).stdout
    lines = (folder / "apps/request/fields.json").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "金がく" in text)
    title = "計算式に含まれるフィールドコード（金がく）が存在しません。"
    assert told.splitlines()[:2] == [
        f"apps/request/fields.json:{line}: エラー: {title} [formula-field-unknown]",
        "    /properties/合計/expression",
    ]
    assert "    → フィールドコードのつづりと" in told
    assert told.endswith("エラー 1件、注意 0件\n")


def test_the_document_holds_what_the_sentences_tell(yokoten, write_folder):
    folder = write_folder(apps=with_formula("金がく + 1"))
    document = yokoten.json("validate", folder, exit_code=Outcome.FINDINGS)
    assert {name: document[name] for name in ("slug", "version", "valid", "errors", "warnings")} == {
        "slug": "subsidy-grant-management",
        "version": "1.0.0",
        "valid": False,
        "errors": 1,
        "warnings": 0,
    }
    (finding,) = document["findings"]
    assert finding["code"] == "formula-field-unknown"
    assert finding["pointer"] == "/properties/合計/expression"
    assert finding["line"] > 1
    assert set(finding["title"]) == set(finding["remedy"]) == {"ja", "en"}


def test_a_file_that_is_no_json_is_told_with_the_line_where_it_breaks(yokoten, write_folder):
    folder = write_folder(files={"apps/request/layout.json": '{\n  "layout": [\n    {"type": }\n  ]\n}\n'})
    told = yokoten("validate", folder, exit_code=Outcome.FINDINGS).stdout
    assert told.startswith("apps/request/layout.json:3: エラー: JSONとして読めません")


def test_a_departure_from_the_schema_is_told_with_its_line(yokoten, write_folder):
    manifest = make_manifest("request", category="無い分野")
    folder = write_folder(manifest=manifest)
    (finding,) = yokoten.json("validate", folder, exit_code=Outcome.FINDINGS)["findings"]
    lines = (folder / "template.json").read_text().splitlines()
    assert (finding["pointer"], lines[finding["line"] - 1].strip()) == ("/category", '"category": "無い分野",')


def test_a_zip_is_checked_like_its_folder_but_without_lines(yokoten, write_folder, tmp_path):
    folder = write_folder(apps=with_formula("金がく"))
    data = pack({str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    (tmp_path / "a.zip").write_bytes(data)
    (finding,) = yokoten.json("validate", tmp_path / "a.zip", exit_code=Outcome.FINDINGS)["findings"]
    assert (finding["code"], finding["line"]) == ("formula-field-unknown", None)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_bundle_gets_findings_and_no_traceback(yokoten, tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    assert yokoten.json("validate", tmp_path / "a.zip", exit_code=Outcome.FINDINGS)["errors"] == 1


def test_warnings_fail_only_when_strict(yokoten, write_folder):
    folder = write_folder(files={"apps/request/files/unused.svg": ICON})
    assert yokoten.json("validate", folder)["warnings"] == 1
    assert yokoten.json("validate", folder, "--strict", exit_code=Outcome.FINDINGS)["valid"] is False


@pytest.mark.parametrize(
    ("words", "environ", "told"),
    [
        ([], {"LANG": "en_US.UTF-8"}, "No findings."),
        ([], {"LANG": "fr_FR.UTF-8"}, "No findings."),
        ([], {"LANG": "C.UTF-8"}, "指摘はありません。"),
        ([], {"LANG": ""}, "指摘はありません。"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, "指摘はありません。"),
        ([], {"YOKOTEN_LANG": "en"}, "No findings."),
        (["--lang", "en"], {"YOKOTEN_LANG": "ja"}, "No findings."),
    ],
)
def test_it_speaks_the_language_of_the_user(yokoten, write_folder, words, environ, told):
    assert yokoten("validate", write_folder(), *words, **environ).stdout == told + "\n"


def test_quiet_says_nothing(yokoten, write_folder):
    assert yokoten("validate", write_folder(), "-q").output == ""
    broken = write_folder("broken", apps=with_formula("金がく"))
    assert yokoten("validate", broken, "-q", exit_code=Outcome.FINDINGS).output == ""


def test_what_is_not_there_is_a_mistake_of_usage(yokoten, tmp_path):
    yokoten("validate", tmp_path / "nothing", exit_code=Outcome.USAGE)


def test_a_loop_of_links_does_not_hang_it(yokoten, write_folder):
    folder = write_folder()
    (folder / "images/loop").symlink_to(folder)
    assert yokoten.json("validate", folder, exit_code=Outcome.FINDINGS)["errors"] == 1


def test_the_parts_of_the_service_are_not_loaded_for_it(write_folder):
    folder = write_folder(apps={"request": make_simple_app()})
    script = (
        "import json, sys\n"
        "from marketplace.cli.main import main\n"
        f"main(['validate', {str(folder)!r}], standalone_mode=False)\n"
    )
    wrapped = f"try:\n    {script.replace(chr(10), chr(10) + '    ')}\nexcept SystemExit:\n    pass\n"
    wrapped += "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", wrapped], capture_output=True, check=True)
    loaded = set(json.loads(ran.stdout.splitlines()[-1]))
    assert "click" in loaded
    assert not loaded & {"flask", "sqlalchemy", "boto3", "botocore", "marshmallow", "cryptography", "urllib3", "huey"}


def test_many_findings_in_a_large_file_take_no_time(yokoten, write_folder):
    fields = [make_field("CALC", f"計算{number}", expression="無い") for number in range(480)]
    folder = write_folder(apps={"request": make_app("申請", *fields)})
    (folder / "apps/request/records.json").write_bytes(dump({"records": []}))
    document = yokoten.json("validate", folder, exit_code=Outcome.FINDINGS)
    assert document["errors"] == 480
    assert all(finding["line"] for finding in document["findings"])
