"""The walk through a process really presses each button under its condition, also where that asks for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_tools.expanding import Sources, write
from catalog_tools.trying.exercise import exercise
from catalog_tools.trying.workshop import Workshop
from marketplace.bundle.reading import read_folder
from tests.catalog.test_source_language import SLUG, SOURCE

STAYS = "cab: the button “返却する” works on no sample record in “使用中”"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("slug", "field", "condition", "words"),
    [
        ("car", "担当者: user", "FILLED(担当者)", ""),
        ("van", "担当者: org", "FILLED(担当者) and 到着メーター > 0", ""),
        ("bus", "担当者: group", "FILLED(担当者)", ""),
        ("cab", "担当者: user", "FILLED(担当者) and 到着メーター > 5000", STAYS),
    ],
)
def test_a_button_that_asks_for_people_is_pressed_with_the_walker_there(
    workshop: Workshop, tmp_path: Path, slug: str, field: str, condition: str, words: str
) -> None:
    text = SOURCE.replace(SLUG, slug).replace("担当者: user = me", field)
    text = text.replace("返却する\n", f"返却する if {condition}\n").replace("MINE(担当者) and ", "")
    (tmp_path / slug).mkdir()
    (tmp_path / slug / "1.0.0.txt").write_text(text, "utf-8")
    write(Sources(tmp_path).expand(slug, "1.0.0"), tmp_path)
    bundle = read_folder(tmp_path / slug / "1.0.0")
    flaws = list(exercise(workshop.install([bundle]), bundle.apps, workshop.browser))
    assert words in "\n".join(flaws)
    assert bool(flaws) == bool(words), flaws
