from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from marketplace.bundle.checking import check
from marketplace.bundle.comparing import compare
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from tests.catalog.first_party import (
    CATALOG,
    bundle_in,
    folder_id,
    newest_folders,
    records_of,
    states_seen,
    successions,
    version_folders,
    without_links,
)

HEADINGS = [
    "何のためのアプリか",
    "使い方（申請から完了まで）",
    "導入前に決めること",
    "運用のコツ",
    "異動のときの引継ぎ",
    "個人情報の扱い",
    "根拠法令",
]
FEWEST_RECORDS = 12
OTHER_WORDS_FOR_MY_NUMBER = ("マイナンバー", "個人番号", "mynumber", "my number")

every_version = pytest.mark.parametrize("folder", version_folders(), ids=folder_id)


def top_and_inner_fields(app: AppDefinition) -> list[JsonObject]:
    inner = (field.get("fields", {}).values() for field in app.fields.values())
    return [*app.fields.values(), *itertools.chain.from_iterable(inner)]


def names_on_screen(app: AppDefinition) -> set[str]:
    """Return the names of an app's views and of its process's buttons."""
    process = app.part(PartName.PROCESS) or {}
    views = app.part(PartName.VIEWS) or {}
    return {action["name"] for action in process.get("actions", [])} | set(views.get("views", {}))


def test_the_catalog_holds_templates() -> None:
    assert newest_folders()


@every_version
def test_a_version_stands_in_the_folders_of_its_slug_and_number(folder: Path) -> None:
    manifest = bundle_in(folder).manifest
    assert (manifest.slug, manifest.version) == (folder.parent.name, folder.name)


@every_version
def test_a_version_has_no_findings_that_forbid_its_release(folder: Path) -> None:
    errors = [finding for finding in check(bundle_in(folder)) if finding.is_error]
    assert errors == []


@every_version
def test_the_readme_has_each_heading_in_order(folder: Path) -> None:
    headings = re.findall(r"^## (.+)$", bundle_in(folder).documents["README.md"], flags=re.MULTILINE)
    assert headings == HEADINGS


@every_version
def test_buttons_and_views_that_the_readme_names_exist(folder: Path) -> None:
    bundle = bundle_in(folder)
    readme = bundle.documents["README.md"]
    named = re.findall(r"「([^」]+)」を押|「([^」]+)」の一覧|一覧「([^」]+)」", readme)
    known = {name for key in bundle.manifest.app_keys for name in names_on_screen(bundle.app(key))}
    assert {next(filter(None, names)) for names in named} <= known


@every_version
def test_the_readme_asks_to_check_the_laws(folder: Path) -> None:
    assert "法令の内容は各団体で確認してください" in bundle_in(folder).documents["README.md"]


@every_version
def test_an_english_summary_is_there(folder: Path) -> None:
    assert bundle_in(folder).documents["README.en.md"].startswith("# ")


@every_version
def test_the_changelog_begins_with_the_version(folder: Path) -> None:
    numbers = re.findall(r"^## (\S+)", bundle_in(folder).documents["CHANGELOG.md"], flags=re.MULTILINE)
    assert numbers[0] == folder.name


@every_version
def test_the_page_of_the_template_is_complete_in_both_languages(folder: Path) -> None:
    manifest = bundle_in(folder).manifest
    hints = [place.hint for place in (*manifest.placeholders, *manifest.localise)]
    texts = [manifest.name, manifest.summary, *(place.label for place in manifest.placeholders), *hints]
    assert all(text and text.ja and text.en for text in texts)
    assert manifest.departments
    assert manifest.laws
    assert manifest.personal_data is not None
    assert manifest.personal_data.notice is not None


@every_version
def test_keywords_include_a_reading_in_hiragana(folder: Path) -> None:
    assert any(re.fullmatch(r"[ぁ-んー]+", word) for word in bundle_in(folder).manifest.keywords)


@every_version
def test_the_icon_is_a_drawing_without_scripts_or_outside_addresses(folder: Path) -> None:
    bundle = bundle_in(folder)
    assert bundle.manifest.icon == "images/icon.svg"
    drawing = bundle.images["images/icon.svg"].decode()
    assert not re.search(r"<script|\bon\w+=|href|url\(|<style|<image|<foreignObject|<!", drawing, flags=re.IGNORECASE)


@every_version
def test_json_is_indented_and_keeps_japanese_readable(folder: Path) -> None:
    for path in folder.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", path.name


@every_version
def test_the_main_app_has_enough_sample_records_to_try_it(folder: Path) -> None:
    bundle = bundle_in(folder)
    counts = {key: len(records_of(bundle.app(key))) for key in bundle.manifest.app_keys}
    assert counts.get(bundle.manifest.slug, max(counts.values())) >= FEWEST_RECORDS
    assert min(counts.values()) > 0


@every_version
def test_each_state_is_seen_in_the_sample_records(folder: Path) -> None:
    bundle = bundle_in(folder)
    for app in (bundle.app(key) for key in bundle.manifest.app_keys):
        process = app.part(PartName.PROCESS)
        if process and process["enable"]:
            assert states_seen(app) == set(process["states"]), app.key


@every_version
def test_each_lookup_of_a_sample_record_finds_its_source(folder: Path) -> None:
    bundle = bundle_in(folder)
    for app in (bundle.app(key) for key in bundle.manifest.app_keys):
        for code, field in app.fields.items():
            if lookup := field.get("lookup"):
                sources = records_of(bundle.app(lookup["relatedApp"]["app"]))
                keys = {source[lookup["relatedKeyField"]]["value"] for source in sources}
                used = {record[code]["value"] for record in records_of(app) if code in record}
                assert used, (app.key, code)
                assert used <= keys, (app.key, code)


@every_version
def test_unique_values_do_not_repeat_in_the_sample_records(folder: Path) -> None:
    bundle = bundle_in(folder)
    for app in (bundle.app(key) for key in bundle.manifest.app_keys):
        for code in (code for code, field in app.fields.items() if field.get("unique")):
            values = [record[code]["value"] for record in records_of(app) if code in record]
            assert len(values) == len(set(values)), (app.key, code)


@every_version
def test_no_field_takes_an_individual_number(folder: Path) -> None:
    bundle = bundle_in(folder)
    for app in (bundle.app(key) for key in bundle.manifest.app_keys):
        for field in top_and_inner_fields(app):
            named = f"{field['code']} {field.get('label', '')}".lower()
            assert not any(word in named for word in OTHER_WORDS_FOR_MY_NUMBER), field["code"]


@every_version
def test_contacts_in_sample_records_are_plainly_fictitious(folder: Path) -> None:
    bundle = bundle_in(folder)
    samples = json.dumps([records_of(bundle.app(key)) for key in bundle.manifest.app_keys], ensure_ascii=False)
    assert all(host.endswith("example.jp") for host in re.findall(r"@([\w.-]+)", samples))
    assert all("0000" in number for number in re.findall(r'"(0\d{1,4}-\d{1,4}-\d{4})"', samples))
    assert set(re.findall(r'"(\d{3}-\d{4})"', samples)) <= {"000-0000"}


@pytest.mark.parametrize(("old", "new"), successions(), ids=folder_id)
def test_a_version_number_is_as_large_as_its_changes_demand(old: Path, new: Path) -> None:
    comparison = compare(bundle_in(old), bundle_in(new))
    assert comparison.changes
    assert comparison.bump.least_after(old.name) == new.name


@pytest.mark.parametrize("folder", newest_folders(), ids=folder_id)
def test_an_app_that_several_templates_share_is_the_same_in_each(folder: Path) -> None:
    small = bundle_in(folder)
    known = frozenset(small.manifest.app_keys)
    for other in (bundle_in(found) for found in newest_folders() if found != folder):
        if known < set(other.manifest.app_keys):
            for key in known:
                assert without_links(other.app(key), known) == dict(small.app(key).parts), (other.manifest.slug, key)


@pytest.mark.parametrize("slug", sorted({folder.parent.name for folder in version_folders()}))
def test_a_folder_of_a_template_holds_nothing_but_versions(slug: str) -> None:
    strangers = [path.name for path in (CATALOG / slug).iterdir() if not (path / "template.json").is_file()]
    assert strangers == []
