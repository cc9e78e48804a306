"""Uses a template of the catalog in a built-in workspace; one file of tests for each part of the town hall."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_tools.checking.running import own_apps
from catalog_tools.trying.exercise import check_expected, check_views, exercise
from catalog_tools.trying.workshop import Workshop
from tests.catalog.first_party import bundle_in, folder_id, newest_folders, source_of, versions_up_to

QUICK_EVERY = 8
"""One template in so many is tried in the quick tests."""
on_each_database = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)


def of_categories(*categories: str) -> pytest.MarkDecorator:
    """Run a test for the newest version of each template of some categories.

    Seven in eight are slow, and all sets: these have the apps of many templates, which are tried one by one too.
    """
    folders = [folder for folder in newest_folders() if bundle_in(folder).manifest.category in categories]
    named = [
        pytest.param(folder, marks=[pytest.mark.slow] if is_slow else [], id=folder_id(folder))
        for place, folder in enumerate(folders)
        for is_slow in [place % QUICK_EVERY > 0 or bool(bundle_in(folder).manifest.includes)]
    ]
    return pytest.mark.parametrize("folder", named)


def use(workshop: Workshop, folder: Path) -> None:
    """Install a template and use it: formulas, samples, pages, buttons, every view. Fails with what to mend."""
    bundle, source = bundle_in(folder), source_of(folder)
    installed = workshop.install(versions_up_to(folder))
    apps = own_apps(bundle, source)
    flaws = list(exercise(installed, apps, workshop.browser))
    if source and installed.progress.failure is None:
        for key, app in source.apps.items():
            flaws += check_expected(installed, bundle.app(key), app.expected)
    if installed.progress.failure is None:
        flaws += [flaw for app in apps for flaw in check_views(installed, app, workshop.browser)]
    assert not flaws, told(flaws)


def told(flaws: list[str]) -> str:
    """Return flaws one below the other, as a writer reads them when a test fails."""
    return "\n".join(["", *flaws])
