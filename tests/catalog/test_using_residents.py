"""The templates of those who serve residents, used in a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_tools.trying.workshop import Workshop
from tests.catalog.using import look_at_all_views, of_categories, on_each_database, use

each_template = of_categories("jumin", "fukushi", "kosodate", "kenko")


@on_each_database
@each_template
def test_a_template_works(workshop: Workshop, folder: Path) -> None:
    use(workshop, folder)


@pytest.mark.slow
@on_each_database
@each_template
def test_each_view_of_a_template_shows(workshop: Workshop, folder: Path) -> None:
    look_at_all_views(workshop, folder)
