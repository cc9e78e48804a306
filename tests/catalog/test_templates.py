"""What docs/catalog-writing.md promises of every folder of templates_catalog/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog_tools.checking.likeness import likeness_flaws
from catalog_tools.checking.outlines import answers_by_hand, outline_flaws
from catalog_tools.checking.running import bundle_flaws, locate, locate_in_folder, source_flaws
from catalog_tools.checking.versions import version_flaws
from catalog_tools.expanding import CATALOG
from catalog_tools.outline import outline
from catalog_tools.source.reading import Include, Member
from marketplace.bundle.model import PartName
from tests.catalog.first_party import (
    SOURCES,
    bundle_in,
    folder_id,
    newest_folders,
    newest_number,
    set_folders,
    sharing,
    source_of,
    version_folders,
    versions_up_to,
    without_links,
)

every_version = pytest.mark.parametrize("folder", version_folders(), ids=folder_id)
IN_SOURCES = [CATALOG / slug / version for slug in SOURCES.slugs() for version in SOURCES.versions(slug)]


def lines(flaws: list[str]) -> str:
    """Return flaws one below the other, as a writer reads them when a test fails."""
    return "\n".join(["", *flaws])


@every_version
def test_a_version_holds_to_the_rules(folder: Path) -> None:
    source = source_of(folder)
    bundle = bundle_in(folder)
    flaws = [*bundle_flaws(bundle), *(source_flaws(source, bundle) if source else ())]
    told = [locate(flaw, source) if source else locate_in_folder(flaw, folder) for flaw in flaws]
    assert not flaws, lines(told)


@pytest.mark.parametrize("folder", IN_SOURCES, ids=folder_id)
def test_a_folder_is_what_its_source_expands_to(folder: Path) -> None:
    expansion = source_of(folder)
    assert expansion
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    differing = sorted(path for path in found.keys() | expansion.files if found.get(path) != expansion.files.get(path))
    assert not differing, f"make catalog writes {folder_id(folder)} anew: {differing}"


@every_version
def test_a_version_stands_in_the_folders_of_its_slug_and_number(folder: Path) -> None:
    manifest = bundle_in(folder).manifest
    assert (manifest.slug, manifest.version) == (folder.parent.name, folder.name)


@every_version
def test_json_is_indented_and_keeps_japanese_readable(folder: Path) -> None:
    for path in folder.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", path.name


@pytest.mark.parametrize("folder", newest_folders(), ids=folder_id)
def test_version_numbers_are_as_large_as_their_changes_demand(folder: Path) -> None:
    assert not [str(flaw) for flaw in version_flaws(versions_up_to(folder))]


def test_an_app_that_several_templates_share_is_the_same_in_each() -> None:
    for small, large in sharing():
        known = frozenset(small.manifest.app_keys)
        for key in known:
            same = without_links(large.app(key), known) == dict(small.app(key).parts)
            assert same, f"{key} differs between {small.manifest.slug} and {large.manifest.slug}"


def test_an_app_taken_from_another_template_is_that_of_its_newest_version() -> None:
    for folder in newest_folders():
        source = source_of(folder)
        for taken in (*source.source.apps, *source.source.members) if source else ():
            if isinstance(taken, Include | Member):
                assert taken.version == newest_number(taken.slug), f"{folder_id(folder)} takes {taken}"


@pytest.mark.parametrize("folder", set_folders(), ids=folder_id)
def test_an_app_of_a_set_is_that_of_its_member_but_for_links_and_values_of_samples(folder: Path) -> None:
    whole = bundle_in(folder)
    for member in whole.manifest.includes:
        single = bundle_in(CATALOG / member.template / member.version)
        known = frozenset(single.manifest.app_keys)
        for key in member.app_keys:
            ours, theirs = without_links(whole.app(key), known), without_links(single.app(key), known)
            told, meant = ours.pop(PartName.RECORDS), theirs.pop(PartName.RECORDS)
            assert len(told["records"]) == len(meant["records"])
            assert ours == theirs, f"{key} differs from {member.template} {member.version}"


@pytest.mark.parametrize("folder", set_folders(), ids=folder_id)
def test_a_set_declares_the_personal_data_and_the_laws_of_all_its_members(folder: Path) -> None:
    manifest = bundle_in(folder).manifest
    for member in manifest.includes:
        single = bundle_in(CATALOG / member.template / member.version).manifest
        assert set(single.laws) <= set(manifest.laws)
        assert single.personal_data
        assert manifest.personal_data
        assert set(single.personal_data.kinds) <= set(manifest.personal_data.kinds)


def test_no_two_templates_have_the_same_purpose_or_icon() -> None:
    flaws = [str(flaw) for flaw in likeness_flaws([bundle_in(folder) for folder in newest_folders()])]
    assert not flaws, lines(flaws)


@pytest.mark.parametrize("folder", [each for each in newest_folders() if not source_of(each)], ids=folder_id)
def test_a_template_written_by_hand_has_what_the_outline_has(folder: Path) -> None:
    bundle = bundle_in(folder)
    slug = bundle.manifest.slug
    flaws = [str(flaw) for flaw in outline_flaws(bundle, answers_by_hand(slug), bundle.app(slug).fields)]
    assert not flaws, lines(flaws)


def test_every_template_but_sets_is_one_of_the_outline() -> None:
    sets = {folder.parent.name for folder in set_folders()}
    assert {folder.parent.name for folder in newest_folders()} - sets <= outline().keys()
    assert not sets & outline().keys()


def test_the_catalog_holds_the_whole_outline() -> None:
    missing = outline().keys() - {folder.parent.name for folder in newest_folders()}
    assert not missing, lines(sorted(missing))


def test_a_folder_of_a_template_holds_nothing_but_versions() -> None:
    folders = [path for path in CATALOG.iterdir() if path.is_dir()]
    strangers = [path for folder in folders for path in folder.iterdir() if not (path / "template.json").is_file()]
    assert strangers == []
