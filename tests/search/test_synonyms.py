from __future__ import annotations

import pytest

from marketplace.search import synonyms
from marketplace.search.analysis import key


@pytest.mark.parametrize(
    ("typed", "also"),
    [("補助金", "助成金"), ("庁用車", "公用車"), ("マイナンバー", "個人番号"), ("引継", "引き継ぎ")],
)
def test_municipal_words_have_their_other_names(typed: str, also: str) -> None:
    assert key(also) in synonyms.wordings(key(typed))


def test_a_synonym_inside_a_longer_word_is_replaced_there() -> None:
    assert key("公用車予約") in synonyms.wordings(key("庁用車予約"))


def test_the_longest_name_in_a_word_is_the_one_replaced() -> None:
    assert key("引き継ぎ書") in synonyms.wordings(key("引継ぎ書"))


def test_a_word_has_a_bounded_number_of_wordings() -> None:
    everything = "".join(word for group in synonyms.groups() for word in group)
    assert len(synonyms.wordings(everything)) <= synonyms.MAX_ALTERNATIVES


def test_no_word_stands_in_two_groups() -> None:
    words = [word for group in synonyms.groups() for word in group]
    assert len(words) == len(set(words))


def test_every_group_has_at_least_two_words_of_two_characters_or_a_kanji() -> None:
    for group in synonyms.groups():
        assert len(group) >= 2
        assert all(len(word) >= 2 or word > "一" for word in group)


def test_comments_and_empty_lines_are_skipped() -> None:
    assert synonyms.read_groups("# 注釈\n\n甲乙 = 丙丁\n") == [("甲乙", "丙丁")]
