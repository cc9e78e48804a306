from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.sounds import MAX_ALIKE, read_sounds, words_sounding_like


@pytest.mark.parametrize(
    ("written", "meant"), [("補育", "保育"), ("美品", "備品"), ("新生", "申請"), ("健診", "検診"), ("交用車", "公用車")]
)
def test_a_wrong_conversion_sounds_like_what_was_meant(written: str, meant: str) -> None:
    assert meant in words_sounding_like(written)


@pytest.mark.parametrize("written", ["", "品", "ほいく", "hoiku", "補育所入所", "甲1", "\x00\x00"])
def test_what_is_not_two_to_four_kanji_sounds_like_nothing(written: str) -> None:
    assert words_sounding_like(written) == ()


@given(st.text(max_size=5))
def test_words_that_sound_alike_have_the_same_length(written: str) -> None:
    found = words_sounding_like(written)
    assert len(found) <= MAX_ALIKE
    assert all(len(word) == len(written) and word != written for word in found)


def test_the_file_is_in_order_and_holds_each_kanji_once_a_reading() -> None:
    text = files("marketplace.search").joinpath("sounds.txt").read_text(encoding="utf-8")
    sounds = read_sounds(text)
    readings = [reading for reading, _kanji in sounds]
    assert readings == sorted(set(readings))
    for reading, kanji in sounds:
        assert re.fullmatch("[ぁ-ゖ]{1,3}", reading)
        assert list(kanji) == sorted(set(kanji))
        assert re.fullmatch("[一-鿿]+", kanji)
