"""`yokoten init`: a template that is valid from the first moment."""

from __future__ import annotations

import json
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalog.categories import CATEGORIES
from marketplace.cli.main import main
from marketplace.cli.outcomes import Outcome
from tests.cli.conftest import Typist

HEADINGS = [
    *("何のためのアプリか", "使い方（申請から完了まで）", "導入前に決めること", "運用のコツ"),
    *("異動のときの引継ぎ", "個人情報の扱い", "根拠法令"),
]


def files_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [[], ["--personal-data"], ["--category", "bosai", "--license", "CC0-1.0"]])
def test_a_new_template_has_no_findings_at_all(yokoten: Typist, tmp_path, options):
    made = yokoten.json("init", tmp_path / "flood-log", "--name", "水防日誌", *options)
    assert (made["slug"], made["findings"]) == ("flood-log", [])
    assert yokoten("validate", tmp_path / "flood-log", "--strict").stdout == "指摘はありません。\n"


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_every_category_starts_valid(yokoten, tmp_path, category):
    yokoten("init", tmp_path / "a", "--name", "台帳", "--category", category)
    yokoten("validate", tmp_path / "a", "--strict")


def test_the_new_folder_holds_all_that_the_catalog_asks_for(yokoten, tmp_path):
    yokoten("init", tmp_path / "a", "--slug", "flood-log", "--name", "水防日誌", "--summary", "日誌を残します。")
    made = files_in(tmp_path / "a")
    readme = made["README.md"].decode()
    assert [line.removeprefix("## ") for line in readme.splitlines() if line.startswith("## ")] == HEADINGS
    assert "日誌を残します。" in readme
    assert {"template.json", "CHANGELOG.md", "images/icon.svg", "apps/flood-log/fields.json"} <= set(made)
    assert json.loads(made["template.json"])["name"] == {"ja": "水防日誌", "en": "Flood log"}
    assert json.loads(made["apps/flood-log/settings.json"])["name"] == "水防日誌"


def test_nothing_is_overwritten(yokoten, tmp_path):
    yokoten("init", tmp_path / "a", "--name", "台帳")
    before = files_in(tmp_path / "a")
    assert "空ではありません" in yokoten("init", tmp_path / "a", "--name", "別", exit_code=Outcome.CONFLICT).stderr
    assert files_in(tmp_path / "a") == before


def test_braces_in_a_name_stay_as_they_are(yokoten, tmp_path):
    yokoten("init", tmp_path / "a", "--name", "{summary} {0}", "--summary", "{name}")
    assert (tmp_path / "a/README.md").read_text().startswith("# {summary} {0}\n")


def test_without_a_terminal_what_is_missing_is_named(yokoten, tmp_path):
    refused = yokoten("init", tmp_path / "a", exit_code=Outcome.USAGE)
    assert "--name" in refused.stderr
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("slug", ["Flood_Log", "../outside", "水防", "a" * 65, "a\n"])
def test_a_slug_that_no_template_may_have_is_refused_before_anything_is_written(yokoten, tmp_path, slug):
    told = yokoten("init", tmp_path / "a", "--slug", slug, "--name", "台帳", exit_code=Outcome.USAGE).stderr
    assert "--slug" in told
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=20)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=70))
def test_whatever_the_name_is_the_command_ends_in_order(name):
    with TemporaryDirectory() as folder:
        result = CliRunner().invoke(main, ["init", f"{folder}/a", f"--name={name}", "--json"])
    assert result.exit_code in {Outcome.DONE, Outcome.FINDINGS}, result.output
    assert {finding["code"] for finding in json.loads(result.stdout)["findings"]} <= {"schema-length"}
