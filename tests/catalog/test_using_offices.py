"""The templates of the offices of the town hall, used in a workspace."""

from __future__ import annotations

from pathlib import Path

from catalog_tools.trying.workshop import Workshop
from tests.catalog.using import of_categories, on_each_database, use

each_template = of_categories("soumu", "jinji", "zaisei", "joho")


@on_each_database
@each_template
def test_a_template_works(workshop: Workshop, folder: Path) -> None:
    use(workshop, folder)
