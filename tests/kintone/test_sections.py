"""The calls that set and read back an app are told without making them, and are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from marketplace.bundle.model import PartName
from marketplace.bundle.reading import read_folder
from marketplace.kintone import translation
from marketplace.kintone.expectations import expected_app, sources_of
from marketplace.kintone.reading.sources import SOURCES
from marketplace.kintone.sections import count_reads, sections_of
from marketplace.kintone.translation import Target
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.installs.large_bundles import make_large_bundle
from tests.installs.random_bundles import bundles
from tests.installs.test_first_party import newest_versions

RANDOM = 20
CHIEF = {"type": "USER", "code": "{{section-chief}}"}
READS = {"entity": CHIEF, "accessibility": "READ"}


def ways_to_map(bundle):
    """Return placeholders for which nobody, one person for all, or every second one is given."""
    keys = [one.key for one in bundle.manifest.placeholders]
    return [{}, dict.fromkeys(keys, "sato"), dict.fromkeys(keys[::2], "suzuki")]


def read(bundle, app, placeholders):
    """Return what reading the app back really asks for: its sources, and each file once."""
    expected = expected_app(bundle, app, placeholders)
    icon = (expected.part(PartName.SETTINGS) or {}).get("icon") or {}
    files = [one for one in (icon, *translation.customization_items(expected)) if one.get("type") == "FILE"]
    return sources_of(expected), len(files)


def foreseen(bundle, app, placeholders):
    sections = sections_of(app, Target({other.key: other.key for other in bundle.apps}, placeholders))
    sources = [source for source in SOURCES if source.section in sections.get(source.part, ())]
    return sources, count_reads(app, sections) - len(sources)


def assert_foreseen(bundle):
    for placeholders in ways_to_map(bundle):
        for app in bundle.apps:
            assert foreseen(bundle, app, placeholders) == read(bundle, app, placeholders), app.key


@pytest.mark.parametrize("folder", newest_versions(), ids=lambda folder: folder.parent.name)
def test_a_first_party_template(folder):
    assert_foreseen(read_folder(folder))


@settings(max_examples=RANDOM, deadline=None)
@given(bundles())
def test_a_random_bundle(bundle):
    assert_foreseen(bundle)


def test_the_set_of_a_whole_office():
    assert_foreseen(make_large_bundle())


def one_app(**parts):
    return make_bundle({"one": make_app("アプリ", make_field("SINGLE_LINE_TEXT", "件名"), **parts)})


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"views": {"views": {}}},
        {"process": {"enable": False, "states": None, "actions": None}},
        {"actions": {"actions": {}}, "reports": {"reports": {}}},
        {"admin_notes": {"content": "", "includeInTemplateAndDuplicates": False}},
        {"customize": {"scope": "ALL", "desktop": {"js": [], "css": []}, "mobile": {"js": [], "css": []}}},
        {"plugins": {"plugins": []}},
        {"permissions": {"app": {"rights": []}, "record": {"rights": []}, "field": {"rights": []}}},
        {"permissions": {"app": {"rights": [{"entity": CHIEF, "appEditable": True}]}}},
        {"permissions": {"record": {"rights": [{"filterCond": "", "entities": [{"entity": CHIEF}]}]}}},
        {"permissions": {"field": {"rights": [{"code": "件名", "entities": [READS]}]}}},
        {"notifications": {"general": {"notifications": [{"entity": CHIEF}]}}},
        {"notifications": {"general": {"notifications": [], "notifyToCommenter": False}}},
        {"notifications": {"perRecord": {"notifications": [{"targets": [{"entity": CHIEF}]}]}}},
        {"notifications": {"reminder": {"notifications": []}}},
    ],
    ids=str,
)
def test_what_is_empty_or_loses_everybody_it_named(parts):
    bundle = one_app(**parts)
    app = bundle.app("one")
    for placeholders in ({}, {"section-chief": "sato"}):
        assert foreseen(bundle, app, placeholders) == read(bundle, app, placeholders)


def test_settings_that_say_nothing_are_not_read():
    bundle = one_app()
    app = replace(bundle.app("one"), parts={**bundle.app("one").parts, PartName.SETTINGS: {"revision": "3"}})
    assert PartName.SETTINGS not in sections_of(app, Target({}, {}))
    assert foreseen(bundle, app, {}) == read(bundle, app, {})
