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


def test_a_run_yields_its_n_grams_up_to_three() -> None:
    assert analysis.terms("備品台帳", "b", bounded=False) == {
        *("b備", "b品", "b台", "b帳"),
        *("b備品", "b品台", "b台帳"),
        *("b備品台", "b品台帳"),
    }


def test_a_title_tells_where_its_runs_begin_and_end() -> None:
    assert {"t‹備品", "t品›"} <= analysis.terms("備品", "t", bounded=True)


def test_punctuation_separates_runs() -> None:
    assert analysis.terms("備品・鍵", "b", bounded=False) == {"b備", "b品", "b備品", "b鍵"}


@given(st.text(max_size=30), st.booleans())
def test_a_text_holds_what_is_asked_for_by_each_of_its_pieces(text: str, bounded: bool) -> None:  # noqa: FBT001 - drawn
    held = analysis.terms(text, "t", bounded=bounded)
    for run in analysis.runs(analysis.normalise(text)):
        for start in range(len(run)):
            assert set(analysis.asked_terms(run[start:], "t")) <= held


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = analysis.key(text)
    assert analysis.key(once) == once


@given(st.text())
def test_terms_never_hold_the_characters_of_query_syntax(text: str) -> None:
    assert not set("".join(analysis.terms(text, "b", bounded=False))) & set("'\"\\*:&|!()<> ")
