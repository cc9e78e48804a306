"""Older versions can be installed too, and every version with somebody for each placeholder."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_tools.trying.exercise import check_install, check_samples
from catalog_tools.trying.workshop import Workshop
from tests.catalog.first_party import (
    bundle_in,
    folder_id,
    newest_folders,
    older_folders,
    version_folders,
    versions_up_to,
)
from tests.catalog.using import on_each_database, told
from tests.catalog.worked import WORKED
from tests.sampling import sampled


@on_each_database
@pytest.mark.parametrize("folder", sampled(older_folders(), folder_id, slow_every=4))
def test_an_older_version_can_be_installed(workshop: Workshop, folder: Path) -> None:
    installed = workshop.install(versions_up_to(folder))
    flaws = [*check_install(installed)]
    flaws += [flaw for app in bundle_in(folder).apps for flaw in check_samples(installed, app)]
    assert not flaws, told(flaws)


@on_each_database
@pytest.mark.parametrize("folder", sampled(version_folders(), folder_id, slow_every=4))
def test_a_version_can_be_installed_with_somebody_for_each_placeholder(workshop: Workshop, folder: Path) -> None:
    flaws = list(check_install(workshop.install(versions_up_to(folder), mapped=True), may_wait=True))
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
