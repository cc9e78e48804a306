from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search import synonyms
from marketplace.search.analysis import key
from marketplace.search.synonyms import Group


def wordings(word: str) -> list[str]:
    return synonyms.wordings(key(word))


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("補助金", "助成金"),
        ("庁用車", "公用車"),
        ("マイナンバー", "個人番号"),
        ("引継", "引き継ぎ"),
        ("随契", "随意契約"),
        ("会任", "会計年度任用職員"),
        ("介護認定", "要介護認定"),
        ("罹災証明", "り災証明"),
        ("水漏れ", "漏水"),
        ("ｻｰﾊﾞ", "サーバー"),
        ("WiFi", "Wi-Fi"),
    ],
)
def test_municipal_words_have_their_other_names(typed: str, also: str) -> None:
    assert key(also) in wordings(typed)
    assert key(typed) in wordings(also)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [("クマ", "鳥獣"), ("ハクビシン", "鳥獣"), ("引っ越し", "転入"), ("車", "公用車"), ("10万円", "給付金")],
)
def test_a_narrow_word_finds_the_wide_one_but_not_the_other_way(narrow: str, wide: str) -> None:
    assert key(wide) in wordings(narrow)
    assert key(narrow) not in wordings(wide)


def test_words_that_mean_the_same_come_before_wider_ones() -> None:
    assert wordings("クマ") == [key("クマ"), "熊", key("ヒグマ"), key("ツキノワグマ"), "鳥獣"]


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("庁用車予約", "公用車予約"),
        ("備品管理表", "備品台帳"),
        ("クマ目撃", "鳥獣目撃"),
        ("ごみの出し直し", "廃棄物の出し直し"),
    ],
)
def test_a_synonym_inside_a_longer_word_is_replaced_there(typed: str, also: str) -> None:
    assert key(also) in wordings(typed)


@pytest.mark.parametrize("typed", ["くまもと", "gmail", "php", "風車", "熊本", "110万円"])
def test_a_part_that_is_no_word_of_its_own_is_left_alone(typed: str) -> None:
    assert wordings(typed) == [typed]


def test_the_longest_name_in_a_word_is_the_one_replaced() -> None:
    assert key("引き継ぎ書") in wordings("引継ぎ書")
    assert not any("届出" in other for other in wordings("電子申請"))


@given(st.text(max_size=60))
def test_a_word_has_a_bounded_number_of_wordings_itself_first(text: str) -> None:
    found = wordings(text)
    assert found[0] == key(text)
    assert len(found) == len(set(found)) <= synonyms.MAX_ALTERNATIVES


def test_the_longest_word_has_a_bounded_number_of_wordings() -> None:
    everything = "".join(word for group in synonyms.groups() for word in group.words)
    assert len(synonyms.wordings(everything[:400])) <= synonyms.MAX_ALTERNATIVES


def test_no_word_stands_in_two_groups() -> None:
    words = [word for group in synonyms.groups() for word in group.words]
    assert len(words) == len(set(words))


def test_all_words_of_a_group_are_tried() -> None:
    for group in synonyms.groups():
        assert 2 <= len(group.words) + len(group.wider) <= synonyms.MAX_ALTERNATIVES
        assert not set(group.words) & set(group.wider)
        for word in group.words:
            assert set(synonyms.wordings(word)) == {*group.words, *group.wider}


def test_every_group_has_words_of_two_characters_or_a_kanji() -> None:
    for group in synonyms.groups():
        assert all(len(word) >= 2 or word > "一" for word in (*group.words, *group.wider))


def test_no_line_of_the_file_is_lost() -> None:
    assert synonyms.read_groups("甲乙\n") == []
    assert len(synonyms.groups()) > 500


def test_comments_and_empty_lines_are_skipped() -> None:
    assert synonyms.read_groups("# 注釈\n\n甲乙 = 丙丁\n") == [Group(("甲乙", "丙丁"))]


def test_a_line_may_name_wider_words() -> None:
    assert synonyms.read_groups("甲乙 = 丙丁 > 戊己 = 庚辛\n") == [Group(("甲乙", "丙丁"), ("戊己", "庚辛"))]
