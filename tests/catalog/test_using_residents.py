"""The templates of those who serve residents, used in a workspace."""

from __future__ import annotations

from pathlib import Path

from catalog_tools.trying.workshop import Workshop
from tests.catalog.using import of_categories, on_each_database, use

each_template = of_categories("jumin", "fukushi", "kosodate", "kenko")


@on_each_database
@each_template
def test_a_template_works(workshop: Workshop, folder: Path) -> None:
    use(workshop, folder)
