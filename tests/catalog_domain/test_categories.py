from __future__ import annotations

import json
from importlib.resources import files

from marketplace.catalog.categories import CATEGORIES


def test_the_categories_are_those_of_the_bundle_format() -> None:
    schema = json.loads(files("marketplace.bundle").joinpath("schemas/template.schema.json").read_text("utf-8"))
    assert set(CATEGORIES) == set(schema["properties"]["category"]["enum"])


def test_every_category_has_a_name_in_both_languages_and_departments() -> None:
    for category in CATEGORIES.values():
        assert category.name.ja
        assert category.name.en
        assert category.departments
