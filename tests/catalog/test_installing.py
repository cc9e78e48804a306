"""Every template goes into a built-in workspace with its samples, and is used there as an official would."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_tools.checking.running import own_apps
from catalog_tools.trying.exercise import check_expected, check_install, check_samples, exercise
from catalog_tools.trying.workshop import Workshop
from tests.catalog.first_party import (
    bundle_in,
    folder_id,
    newest_folders,
    older_folders,
    source_of,
    version_folders,
    versions_up_to,
)
from tests.catalog.worked import WORKED

on_each_database = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)


def told(flaws: list[str]) -> str:
    """Return flaws one below the other, as a writer reads them when a test fails."""
    return "\n".join(["", *flaws])


@on_each_database
@pytest.mark.parametrize("folder", newest_folders(), ids=folder_id)
def test_a_template_works(workshop: Workshop, folder: Path) -> None:
    bundle, source = bundle_in(folder), source_of(folder)
    installed = workshop.install(versions_up_to(folder))
    flaws = [
        flaw
        for key, app in (source.apps.items() if source else ())
        for flaw in check_expected(installed, bundle.app(key), app.expected)
    ]
    flaws += exercise(installed, own_apps(bundle, source), workshop.browser)
    assert not flaws, told(flaws)


@on_each_database
@pytest.mark.parametrize("folder", older_folders(), ids=folder_id)
def test_an_older_version_can_be_installed(workshop: Workshop, folder: Path) -> None:
    installed = workshop.install(versions_up_to(folder))
    flaws = [*check_install(installed)]
    flaws += [flaw for app in bundle_in(folder).apps for flaw in check_samples(installed, app)]
    assert not flaws, told(flaws)


@pytest.mark.slow
@on_each_database
@pytest.mark.parametrize("folder", version_folders(), ids=folder_id)
def test_a_version_can_be_installed_with_somebody_for_each_placeholder(workshop: Workshop, folder: Path) -> None:
    flaws = list(check_install(workshop.install(versions_up_to(folder), mapped=True)))
    assert not flaws, told(flaws)


@on_each_database
@pytest.mark.parametrize("slug", sorted(WORKED))
def test_formulas_make_of_a_sample_what_a_clerk_would(workshop: Workshop, slug: str) -> None:
    folder = next(folder for folder in newest_folders() if folder.parent.name == slug)
    installed = workshop.install(versions_up_to(folder))
    for worked in WORKED[slug]:
        app = bundle_in(folder).app(worked.app)
        key = next(code for code, field in app.fields.items() if field.get("unique"))
        (record,) = installed.records(app, f'{key} = "{worked.key}"')
        assert {code: record[code]["value"] for code in worked.expected} == worked.expected
