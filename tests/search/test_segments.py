from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.analysis import key
from marketplace.search.segments import MAX_SEGMENTS, segments_of


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("公用車予約", ["公用車", "予約"]),
        ("ワクチン予約", ["ワクチン", "予約"]),
        ("物品棚卸しをしたい", ["物品", "棚卸し"]),
        ("車を借りたい", ["車", "借りたい"]),
        ("災害ボラセン", ["災害", "ボラセン"]),
        ("再発行", ["発行"]),
        ("補助金の申請を受け付けたい", ["補助金", "申請", "受け付け"]),
    ],
)
def test_a_word_is_taken_apart_into_known_words(typed: str, parts: list[str]) -> None:
    assert [segment.text for segment in segments_of(typed)] == [key(part) for part in parts]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("補育所", "保育所"),
        ("美品台帳", "備品台帳"),
        ("こうようしゃよやく", "公用車予約"),
        ("校用車予約", "公用車予約"),
    ],
)
def test_a_segment_stands_for_words_that_sound_like_it(typed: str, meant: str) -> None:
    stands_for = [word for segment in segments_of(typed) for word in segment.meant]
    assert any(word and word in key(meant) for word in stands_for)


def test_a_piece_cut_out_of_an_unknown_word_stands_for_nothing_else() -> None:
    assert not any(segment.meant for segment in segments_of("花火大会場"))


def test_of_a_word_of_which_nothing_is_known_pairs_of_neighbours_remain() -> None:
    assert [segment.text for segment in segments_of("甲乙丙")] == ["甲乙", "乙丙"]
    assert [segment.text for segment in segments_of("helpd")] == ["he", "el", "lp", "pd"]


@given(st.text(max_size=40))
def test_no_text_is_too_strange_to_be_taken_apart(text: str) -> None:
    found = segments_of(text)
    assert len(found) <= MAX_SEGMENTS
    assert all(segment.text in key(text) for segment in found)
