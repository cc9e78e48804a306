from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search import analysis


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param("Ｎｏ．１２３－４５　ガブキン", "no.123-45 がぶきん", id="width-case-kana"),
        pytest.param("ｺﾞﾐ", "ごみ", id="half-width-kana"),
        pytest.param("髙﨑", "高崎", id="old-kanji"),
        pytest.param("霞ヶ関と霞ケ関", "霞け関と霞け関", id="small-ke"),
        pytest.param("9時〜17時～", "9時~17時~", id="wave-dashes"),
        pytest.param("03ー1234", "03-1234", id="long-vowel-mark-in-a-number"),
        pytest.param("サ－バ", "さーば", id="dash-for-a-long-vowel-mark"),
        pytest.param("佐々木", "佐佐木", id="iteration-mark"),
        pytest.param("葛\U000e0100飾", "葛飾", id="variation-selector"),
        pytest.param("  備品\u3000\t台帳\n", "備品 台帳", id="spaces"),
        pytest.param("備\x00品\u200b台\ud800帳", "備 品台帳", id="nothing-a-database-can-not-store"),
    ],
)
def test_writing_variants_fold_into_one(written: str, folded: str) -> None:
    assert analysis.normalise(written) == folded


def test_a_run_yields_its_pairs_and_its_last_character() -> None:
    assert analysis.grams("備品台帳") == ["備品", "品台", "台帳", "帳"]


def test_punctuation_separates_runs() -> None:
    assert analysis.grams("備品・鍵") == ["備品", "品", "鍵"]


def test_a_gram_beyond_what_a_tsvector_holds_leaves_its_place_empty() -> None:
    placed = analysis.positions(["ああ " * 300])
    assert placed.count("ああ") == analysis.MAX_OCCURRENCES
    assert placed[-1] == analysis.FILLER


def test_an_entry_longer_than_a_tsvector_is_cut() -> None:
    assert len(analysis.positions(["備品台帳" * 5_000])) == analysis.MAX_POSITIONS


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = analysis.key(text)
    assert analysis.key(once) == once


@given(st.text())
def test_grams_never_hold_the_characters_of_query_syntax(text: str) -> None:
    assert not set("".join(analysis.grams(text))) & set("'\"\\*:&|!()<> " + analysis.FILLER)
